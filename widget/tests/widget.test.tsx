import {
  act,
  cleanup,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { safeUrl } from "../src/components/AnswerView";
import { asText } from "../src/components/FiguresTable";
import { ChatWidget, type ChatWidgetHandle } from "../src/index";
import { answer, COST, json, MODEL, tokenOf } from "./answers";

const STATS = {
  complete_until: "2026-11-20",
  stats: [
    {
      name: "month_to_date",
      label: "This month",
      value: "35486.3",
      unit: "usd",
      text: "",
    },
    { name: "budget_used", label: "Budget used", value: 0.91, unit: "share", text: "" },
    {
      name: "yesterday",
      label: "Yesterday",
      value: null,
      unit: "usd",
      text: "unknown",
    },
  ],
};
type Reply = (body: Record<string, unknown>) => Response | Promise<Response>;

let reply: Reply;
let stats: () => Response;
let bodies: Record<string, unknown>[];
let ratings: unknown[];

beforeEach(() => {
  bodies = [];
  ratings = [];
  reply = () => json(answer());
  stats = () => json(STATS);
  vi.stubGlobal("fetch", async (url: string, options: RequestInit) => {
    if (url.endsWith("/api/quick-stats")) return stats();
    if (url.endsWith("/api/suggestions")) return json({ questions: ["Cost today?"] });
    const body = JSON.parse(String(options.body));
    if (url.endsWith("/api/feedback")) {
      ratings.push(body);
      return json({});
    }
    bodies.push(body);
    const stopped = new Promise<Response>((_, reject) => {
      options.signal?.addEventListener("abort", () =>
        reject(new DOMException("stopped", "AbortError")),
      );
    });
    return Promise.race([reply(body), stopped]);
  });
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
  sessionStorage.clear();
});

const ME = tokenOf("u", "acme");

function show(props = {}) {
  const handle = createRef<ChatWidgetHandle>();
  const view = (more = {}) => (
    <ChatWidget ref={handle} api="" token={ME} locale="en-US" {...props} {...more} />
  );
  const { container, rerender } = render(view());
  const root = container.querySelector("[data-llm-costs-widget]")?.shadowRoot;
  const inside = within(root as unknown as HTMLElement);
  return { handle, inside, root, rerender: (more: object) => rerender(view(more)) };
}

type Shown = ReturnType<typeof show>;

async function open(shown: Shown) {
  fireEvent.click(await shown.inside.findByRole("button", { name: /this month/i }));
  return shown.inside.findByRole("textbox", { name: "Your question" });
}

async function ask(shown: Shown, question: string) {
  const field = shown.inside.getByRole("textbox", { name: "Your question" });
  fireEvent.change(field, { target: { value: question } });
  fireEvent.keyDown(field, { key: "Enter" });
  await waitFor(() => expect(bodies.at(-1)?.question).toBe(question));
}

test("the closed widget says the month and a budget that is nearly used", async () => {
  const { inside } = show();

  const button = await inside.findByRole("button", {
    name: "Ask about AI costs, this month $35,486, 91% of the budget used",
  });

  expect(button.textContent).toContain("91%");
});

test("a figure that is not known is left out instead of shown as nothing", async () => {
  const shown = show();
  await open(shown);

  expect(shown.inside.queryByText("Yesterday")).toBeNull();
});

test("a question and its follow-up: the second knows of the first", async () => {
  const context = { metrics: ["total_cost"], time: { name: "yesterday" } };
  reply = () => json(answer({ context: context as never }));
  const shown = show();
  await open(shown);

  await ask(shown, "cost yesterday");
  await shown.inside.findByText(/cost on 20 November/i);
  await ask(shown, "by model");

  expect(bodies.map((body) => body.context)).toEqual([null, context]);
  expect(bodies.map((body) => body.history)).toEqual([[], ["cost yesterday"]]);
});

test("a question that is asked once more is not one before itself", async () => {
  reply = () => json({}, 500);
  const shown = show();
  await open(shown);
  await ask(shown, "cost");

  fireEvent.click(await shown.inside.findByRole("button", { name: "Try again" }));

  await waitFor(() => expect(bodies).toHaveLength(2));
  expect(bodies.at(-1)?.history).toEqual([]);
});

test("choices are answered by a click, and only while they are asked", async () => {
  reply = ({ question }) =>
    json(
      question === "cost" ? answer({ text: "When?", choices: ["Today"] }) : answer(),
    );
  const shown = show();
  await open(shown);
  await ask(shown, "cost");

  const choice = await shown.inside.findByRole("button", { name: "Today" });
  fireEvent.click(choice);
  await shown.inside.findByText(/cost on 20 November/i);

  expect(bodies.at(-1)?.question).toBe("Today");
  expect(choice.closest("fieldset")?.disabled).toBe(true);
});

test("Shift and Enter begin a line, and composing a word sends nothing", async () => {
  const shown = show();
  const field = await open(shown);
  fireEvent.change(field, { target: { value: "cost" } });

  fireEvent.keyDown(field, { key: "Enter", shiftKey: true });
  fireEvent.keyDown(field, { key: "Enter", isComposing: true });

  expect(bodies).toEqual([]);
});

test("a stop ends the request, and the question can be asked again", async () => {
  reply = () => new Promise(() => undefined);
  const shown = show();
  await open(shown);
  await ask(shown, "cost");

  fireEvent.click(shown.inside.getByRole("button", { name: "Stop" }));
  const again = await shown.inside.findByRole("button", { name: "Ask again" });
  reply = () => json(answer({ text: "Here." }));
  fireEvent.click(again);

  await shown.inside.findByText("Here.");
  expect(shown.inside.queryByText("Stopped.")).toBeNull();
});

test("a lost line keeps the question, and trying again answers it", async () => {
  reply = () => Promise.reject(new TypeError("Failed to fetch"));
  const shown = show();
  await open(shown);
  await ask(shown, "cost");

  const note = await shown.inside.findByRole("alert");
  expect(note.textContent).toContain("cannot be reached");
  reply = () => json(answer({ text: "Here." }));
  fireEvent.click(shown.inside.getByRole("button", { name: "Try again" }));

  await shown.inside.findByText("Here.");
  expect(shown.inside.queryByRole("alert")).toBeNull();
});

test("too many questions can be asked again when the time is over, not before", async () => {
  reply = () => json({ detail: "" }, 429, { "Retry-After": "30" });
  const shown = show();
  await open(shown);
  await ask(shown, "cost");

  const button = await shown.inside.findByRole("button", { name: /Try again/ });

  expect((button as HTMLButtonElement).disabled).toBe(true);
  expect(button.textContent).toMatch(/in (30|29) s/);
});

test("figures that may be asked for later count the seconds down", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  stats = () => json({ detail: "" }, 429, { "Retry-After": "30" });
  const shown = show({ defaultOpen: true });

  const button = await shown.inside.findByRole("button", { name: /Try again/ });
  await act(() => vi.advanceTimersByTimeAsync(9_000));
  // Whatever else changes in the panel must not begin the wait anew.
  fireEvent.click(shown.inside.getByRole("button", { name: "Wider" }));
  await act(() => vi.advanceTimersByTimeAsync(9_000));
  expect(button.textContent).toMatch(/in 1[12] s/);
  await act(() => vi.advanceTimersByTimeAsync(13_000));

  expect((button as HTMLButtonElement).disabled).toBe(false);
});

test("an expired session asks the page for a token and goes on", async () => {
  const fresh = `${ME}2`;
  let isFirst = true;
  reply = () => {
    const given = isFirst ? json({}, 401) : json(answer({ text: "Here." }));
    isFirst = false;
    return given;
  };
  const getToken = vi.fn(() => fresh);
  const shown = show({ getToken });
  await open(shown);
  await ask(shown, "cost");

  await shown.inside.findByText("Here.");

  expect(getToken).toHaveBeenCalledTimes(1);
});

test("the next person sees nothing of the last one's conversation", async () => {
  reply = () => json(answer({ text: "Secret of acme." }));
  const shown = show();
  await open(shown);
  await ask(shown, "cost");
  await shown.inside.findByText("Secret of acme.");

  shown.rerender({ token: tokenOf("v", "globex") });
  await waitFor(() => expect(shown.inside.queryByText("Secret of acme.")).toBeNull());
  await ask(shown, "by model");

  expect(bodies.at(-1)?.context).toBeNull();
  expect(bodies.at(-1)?.history).toEqual([]);
  expect(JSON.stringify({ ...sessionStorage })).not.toContain("Secret of acme.");
});

test("a new token of the same person keeps the conversation", async () => {
  reply = () => json(answer({ text: "Kept." }));
  const shown = show();
  await open(shown);
  await ask(shown, "cost");
  await shown.inside.findByText("Kept.");

  shown.rerender({ token: `${ME}2` });

  expect(shown.inside.getByText("Kept.")).toBeTruthy();
});

test("a thumb down may say why", async () => {
  const shown = show();
  await open(shown);
  await ask(shown, "cost");

  fireEvent.click(await shown.inside.findByRole("button", { name: "Bad answer" }));
  const field = await shown.inside.findByRole("textbox", { name: /What was wrong/ });
  fireEvent.change(field, { target: { value: "last month's" } });
  fireEvent.click(shown.inside.getByRole("button", { name: "Send" }));

  await waitFor(() =>
    expect(ratings).toEqual([
      { answer_id: "a1", rating: "down" },
      { answer_id: "a1", rating: "down", comment: "last month's" },
    ]),
  );
});

test("table and SQL unfold, and hold what the answer brought", async () => {
  reply = () =>
    json(
      answer({
        columns: [MODEL, COST],
        rows: [["<img src=x onerror=alert(1)>", "5.5"]],
        sql: "select 1",
      }),
    );
  const shown = show();
  await open(shown);
  await ask(shown, "cost by model");

  fireEvent.click(await shown.inside.findByRole("button", { name: "Table" }));
  expect(shown.inside.getByRole("cell", { name: /<img/ })).toBeTruthy();
  expect(shown.root?.querySelector("td img")).toBeNull();
  fireEvent.click(shown.inside.getByRole("button", { name: "SQL" }));
  expect(shown.inside.getByText("select 1")).toBeTruthy();
});

test("Escape closes, and keys do not reach the page's own shortcuts", async () => {
  const heard = vi.fn();
  document.addEventListener("keydown", heard);
  const shown = show();
  const field = await open(shown);

  fireEvent.keyDown(field, { key: "s" });
  fireEvent.keyDown(field, { key: "Escape" });

  await waitFor(() => expect(shown.inside.queryByRole("dialog")).toBeNull());
  expect(heard).not.toHaveBeenCalled();
  document.removeEventListener("keydown", heard);
});

test("the page can ask, and the widget asks once", async () => {
  const shown = show();
  await act(async () => shown.handle.current?.ask("cost by team"));

  await waitFor(() => expect(bodies).toHaveLength(1));
  shown.rerender({ token: tokenOf("v", "globex") });
  await act(async () => undefined);

  expect(bodies.map((body) => body.question)).toEqual(["cost by team"]);
  expect(screen.queryByText("cost by team")).toBeNull();
});

test.each(["javascript:alert(1)", "data:text/html,x", "http://"])(
  "a link to %s is not followed",
  (url) => {
    expect(safeUrl(url)).toBeNull();
  },
);

test("a copied table is what a spreadsheet takes, to the last digit", () => {
  const copied = asText(
    answer({ columns: [MODEL, COST], rows: [["gpt", "5.123456789"]] }),
  );

  expect(copied).toBe("Model\tCost (USD)\ngpt\t5.123456789");
});
