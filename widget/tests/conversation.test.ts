import { beforeEach, expect, test } from "vitest";
import { contextOf, earlierOf, follow, type Turn } from "../src/state/conversation";
import { recall, remember } from "../src/state/history";
import { answer } from "./answers";

const QUERY = { metrics: ["total_cost"], time: { name: "yesterday" } } as never;

function asked(...questions: string[]): Turn[] {
  return questions.reduce<Turn[]>(
    (turns, question, at) => follow(turns, { kind: "asked", id: at + 1, question }),
    [],
  );
}

beforeEach(() => sessionStorage.clear());

test("the answer takes the place of the words that came before it", () => {
  let turns = asked("cost");
  turns = follow(turns, { kind: "delta", id: 1, text: "About" });
  expect(turns[0]?.text).toBe("About");

  turns = follow(turns, { kind: "answered", id: 1, answer: answer({ text: "$5" }) });

  expect(turns[0]).toMatchObject({ state: "answered", text: "" });
});

test("what arrives after a stop is not shown", () => {
  let turns = follow(asked("cost"), { kind: "stopped", id: 1 });
  turns = follow(turns, { kind: "answered", id: 1, answer: answer() });

  expect(turns[0]).toMatchObject({ state: "stopped", answer: null });
});

test("what arrives after a new conversation began does not come back", () => {
  const cleared = follow(asked("cost"), { kind: "replaced", turns: [] });

  expect(follow(cleared, { kind: "answered", id: 1, answer: answer() })).toEqual([]);
});

test("a question that is tried again goes to the end, and is there once", () => {
  const turns = follow(asked("a", "b"), { kind: "asked", id: 1, question: "a" });

  expect(turns.map((turn) => turn.question)).toEqual(["b", "a"]);
});

test("a follow-up is about the last answer that was one", () => {
  let turns = asked("cost", "hello");
  turns = follow(turns, {
    kind: "answered",
    id: 1,
    answer: answer({ context: QUERY }),
  });
  turns = follow(turns, { kind: "answered", id: 2, answer: answer() });

  expect(contextOf(turns)).toBe(QUERY);
  expect(contextOf([])).toBeNull();
});

function answered(...questions: string[]): Turn[] {
  return asked(...questions).map((turn) => ({
    ...turn,
    state: "answered",
    answer: answer(),
  }));
}

test("earlier questions are those that were answered, the newest six of them", () => {
  const turns = [...answered("1", "2", "3", "4", "5", "6", "7"), ...asked("failed")];

  expect(earlierOf(turns)).toEqual(["2", "3", "4", "5", "6", "7"]);
  expect(earlierOf([])).toEqual([]);
});

test("no other question takes the place of one that is too long to be sent", () => {
  const long = "x".repeat(501);

  expect(earlierOf(answered("a", long))).toEqual([]);
  expect(earlierOf(answered("a", long, "b"))).toEqual(["b"]);
  expect(earlierOf(answered("x".repeat(500)))).toHaveLength(1);
});

test("a conversation outlives a page, for the same person only", () => {
  const turns = follow(asked("cost"), { kind: "answered", id: 1, answer: answer() });
  remember("acme", turns);

  expect(recall("acme")).toEqual(turns);
  expect(recall("globex")).toEqual([]);
  expect(recall("acme")).toEqual([]);
  expect(sessionStorage.length).toBe(0);
});

test("nobody's conversation is not kept, and what is being asked neither", () => {
  remember(null, follow(asked("a"), { kind: "answered", id: 1, answer: answer() }));
  remember("acme", asked("cost"));

  expect(sessionStorage.length).toBe(0);
});

test("a broken entry begins a new conversation", () => {
  sessionStorage.setItem("llm-costs:acme", "{nonsense");

  expect(recall("acme")).toEqual([]);
});
