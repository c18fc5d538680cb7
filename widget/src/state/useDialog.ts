import { type KeyboardEvent, type RefObject, useEffect } from "react";

const FOCUSABLE =
  "button:not([disabled]), a[href], textarea, input, summary, [tabindex='0']";

function focusable(panel: HTMLElement): HTMLElement[] {
  return [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) => one.getClientRects().length > 0 && !one.matches("fieldset:disabled *"),
  );
}

/** Gives the key handler of a dialog: Tab goes round in it, Escape closes it. */
export function useDialog(
  panel: RefObject<HTMLElement | null>,
  first: RefObject<HTMLElement | null>,
  onClose: () => void,
): (event: KeyboardEvent) => void {
  useEffect(() => {
    // On a touch screen, focus in the field would cover half of what was opened.
    const isTouched = window.matchMedia("(pointer: coarse)").matches;
    const target = isTouched ? panel.current : first.current;
    target?.focus({ preventScroll: true });
  }, [panel, first]);

  return (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    } else if (event.key === "Tab" && panel.current) {
      const all = focusable(panel.current);
      const root = panel.current.getRootNode() as Document | ShadowRoot;
      const edge = event.shiftKey ? all[0] : all.at(-1);
      const isAtEdge =
        root.activeElement === edge || root.activeElement === panel.current;
      if (!isAtEdge || (root.activeElement === panel.current && !event.shiftKey))
        return;
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0])?.focus();
    }
  };
}
