import {
  type ForwardedRef,
  forwardRef,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import { ChatClient } from "./api/client.js";
import { type GetToken, identityOf, Tokens } from "./api/tokens.js";
import { Launcher } from "./components/Launcher.js";
import { Panel } from "./components/Panel.js";
import { Shadow } from "./components/Shadow.js";
import { useConversation } from "./state/useConversation.js";
import { useLoaded } from "./state/useLoaded.js";
import { useMedia, useOnline } from "./state/useMedia.js";
import { HEADING } from "./words.js";

const STATS_HOLD = 5 * 60_000;

export type Theme = "auto" | "light" | "dark";
export type Position = "bottom-right" | "bottom-left";

export interface ChatWidgetProps {
  /** Where the API is, such as `https://costs.example.com`. */
  api: string;
  /** Signed token of the user, issued by your server. */
  token?: string;
  /** Gives a new token when there is none or it has expired; null when it cannot. */
  getToken?: GetToken;
  theme?: Theme;
  position?: Position;
  /** For numbers and dates, such as `de-CH`; by default the browser's. */
  locale?: string;
  /** IANA name, for what yesterday is; by default the browser's. */
  timeZone?: string;
  heading?: string;
  defaultOpen?: boolean;
}

/** What a page can do with the widget. */
export interface ChatWidgetHandle {
  open(): void;
  close(): void;
  /** Opens the widget and asks. */
  ask(question: string): void;
}

/** Gives the token in use: the page's, or the one that came in its place. */
function useToken(given: string, getToken: GetToken | undefined) {
  const [renewed, setRenewed] = useState({ given, token: given });
  const token = renewed.given === given ? renewed.token : given;
  // Often a new function with every render of the page; that is no new token.
  const latest = useRef(getToken);
  latest.current = getToken;
  const tokens = useMemo(
    () =>
      new Tokens(
        token,
        async () => (await latest.current?.()) ?? null,
        (fresh) => setRenewed({ given, token: fresh }),
      ),
    [given, token],
  );
  return { token, tokens };
}

function deepFocus(): HTMLElement | null {
  let found: Element | null = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found instanceof HTMLElement && found !== document.body ? found : null;
}

type InnerProps = Omit<ChatWidgetProps, "token" | "getToken" | "api"> & {
  client: ChatClient;
  identity: string | null;
  isOpen: boolean;
  setOpen(isOpen: boolean): void;
  /** What the page wants to be asked. */
  wish: string | null;
  onWishHeard(): void;
};

function Inner(props: InnerProps) {
  const { client, identity, isOpen, setOpen, wish, locale } = props;
  const zone = props.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const conversation = useConversation(client, identity, zone || "UTC");
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const isOnline = useOnline();
  const [tick, setTick] = useState(0);
  const reload = useCallback(() => setTick((last) => last + 1), []);
  const load = useCallback(
    (signal: AbortSignal) => client.quickStats(signal),
    [client],
  );
  const stats = useLoaded(load, `${tick} ${isOnline}`);
  const launcher = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const wasOpen = useRef(false);

  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, STATS_HOLD);
    return () => clearInterval(timer);
  }, [reload]);

  // While it opens, focus is still where it was: this runs before the panel takes it.
  if (isOpen && !wasOpen.current) opener.current = deepFocus();
  useEffect(() => {
    if (wasOpen.current && !isOpen) {
      const back = opener.current;
      if (back?.isConnected) back.focus();
      else launcher.current?.focus();
    }
    wasOpen.current = isOpen;
  }, [isOpen]);

  const { ask } = conversation;
  const { onWishHeard } = props;
  useEffect(() => {
    if (wish === null) return;
    // First, since the next person's conversation must not hear it again.
    onWishHeard();
    ask(wish);
  }, [wish, onWishHeard, ask]);

  const { theme = "auto", position = "bottom-right" } = props;
  const shade = theme === "auto" ? (isDark ? "dark" : "light") : theme;
  return (
    <div className={`root ${position}`} data-theme={shade}>
      <Launcher
        button={launcher}
        stats={stats.value}
        locale={locale}
        isHidden={isOpen}
        onOpen={() => setOpen(true)}
      />
      {isOpen && (
        <Panel
          client={client}
          conversation={conversation}
          stats={stats}
          heading={props.heading ?? HEADING}
          locale={locale}
          onReload={reload}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

function Widget(
  { api, token: given = "", getToken, ...rest }: ChatWidgetProps,
  ref: ForwardedRef<ChatWidgetHandle>,
) {
  const { token, tokens } = useToken(given, getToken);
  const client = useMemo(() => new ChatClient(api, tokens), [api, tokens]);
  const [isOpen, setOpen] = useState(rest.defaultOpen ?? false);
  const [wish, setWish] = useState<string | null>(null);
  const forgetWish = useCallback(() => setWish(null), []);
  const identity = identityOf(token);

  useImperativeHandle(
    ref,
    () => ({
      open: () => setOpen(true),
      close: () => setOpen(false),
      ask: (question) => {
        setOpen(true);
        setWish(question);
      },
    }),
    [],
  );

  return (
    <Shadow>
      {/* Made anew for another person, so that nothing of the last one stays. */}
      <Inner
        key={identity ?? token}
        {...rest}
        client={client}
        identity={identity}
        isOpen={isOpen}
        setOpen={setOpen}
        wish={wish}
        onWishHeard={forgetWish}
      />
    </Shadow>
  );
}

/** The chat widget: a button with this month's cost that opens into a conversation. */
export const ChatWidget = forwardRef(Widget);
ChatWidget.displayName = "ChatWidget";
