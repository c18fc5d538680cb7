import { createRef } from "react";
import { createRoot } from "react-dom/client";
import type { GetToken } from "./api/tokens.js";
import {
  ChatWidget,
  type ChatWidgetHandle,
  type ChatWidgetProps,
  type Position,
  type Theme,
} from "./ChatWidget.js";

const OBSERVED = [
  "data-token",
  "data-api",
  "data-theme",
  "data-position",
  "data-locale",
  "data-time-zone",
  "data-heading",
];

/** What the page that holds the script can do, as `window.llmCosts`. */
export interface LlmCosts extends ChatWidgetHandle {
  /** Signs in with a token; of another user, it begins a new conversation. */
  setToken(token: string): void;
  /** Names the function that gives a new token when one has expired. */
  setGetToken(getToken: GetToken): void;
  /** Takes the widget away. */
  destroy(): void;
}

declare global {
  interface Window {
    llmCosts?: LlmCosts;
  }
}

function properties(script: HTMLScriptElement): ChatWidgetProps {
  const { api, token, theme, position, locale, timeZone, heading, open } =
    script.dataset;
  return {
    api: api || new URL(script.src).origin,
    token: token ?? "",
    theme: (theme ?? "auto") as Theme,
    position: (position ?? "bottom-right") as Position,
    defaultOpen: open !== undefined,
    ...(locale ? { locale } : {}),
    ...(timeZone ? { timeZone } : {}),
    ...(heading ? { heading } : {}),
  };
}

function start(script: HTMLScriptElement): LlmCosts {
  const place = document.createElement("div");
  const root = createRoot(place);
  const handle = createRef<ChatWidgetHandle>();
  let getToken: GetToken = () => null;
  const renew: GetToken = () => {
    script.dispatchEvent(new CustomEvent("llm-costs-token-expired", { bubbles: true }));
    return getToken();
  };
  const show = () =>
    root.render(<ChatWidget ref={handle} getToken={renew} {...properties(script)} />);
  const observer = new MutationObserver(show);
  observer.observe(script, { attributeFilter: OBSERVED });
  document.body.append(place);
  show();
  return {
    open: () => handle.current?.open(),
    close: () => handle.current?.close(),
    ask: (question) => handle.current?.ask(question),
    setToken: (token) => {
      script.dataset.token = token;
    },
    setGetToken: (given) => {
      getToken = given;
      show();
    },
    destroy: () => {
      observer.disconnect();
      root.unmount();
      place.remove();
      delete window.llmCosts;
    },
  };
}

const script = document.currentScript;
// Twice on a page, by mistake of a template, there is still one widget.
if (script instanceof HTMLScriptElement && !window.llmCosts) {
  const begin = () => {
    window.llmCosts ??= start(script);
    script.dispatchEvent(new CustomEvent("llm-costs-ready", { bubbles: true }));
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin, { once: true });
}
