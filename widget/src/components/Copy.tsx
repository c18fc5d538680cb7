import { useEffect, useState } from "react";
import { Icon } from "./Icon.js";

const SHOWN_FOR = 2_000;

async function write(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Pages without https have no clipboard of the new kind.
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** Copies a text, and says so. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [isDone]);
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={isDone ? "Copied" : label}
      title={isDone ? "Copied" : label}
      onClick={() => write(text).then(() => setDone(true))}
    >
      <Icon name={isDone ? "check" : "copy"} />
    </button>
  );
}
