import { type ReactNode, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
// biome-ignore lint/correctness/useImportExtensions: Vite's mark for a sheet as text
import css from "../styles/widget.css?inline";

const KEYS = ["keydown", "keypress", "keyup"] as const;

function adopt(root: ShadowRoot): void {
  // A sheet that is made by script needs no 'unsafe-inline' in the page's policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}

/** Puts its children where the page's styles and shortcuts do not reach. */
export function Shadow({ children }: { children: ReactNode }) {
  const host = useRef<HTMLDivElement>(null);
  const [root, setRoot] = useState<ShadowRoot | null>(null);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    adopt(made);
    setRoot(made);
    // Seen from outside, typing here is not typing into a field: a page with one-letter
    // shortcuts would act on each letter of a question.
    const keep = (event: Event) => event.stopPropagation();
    for (const name of KEYS) element.addEventListener(name, keep);
    return () => {
      for (const name of KEYS) element.removeEventListener(name, keep);
    };
  }, []);

  return (
    <div ref={host} data-llm-costs-widget="">
      {root && createPortal(children, root as unknown as Element)}
    </div>
  );
}
