import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ChatClient, isStop } from "../src/api/client";
import { ApiError } from "../src/api/errors";
import { identityOf, Tokens } from "../src/api/tokens";
import { answer, json, stream, tokenOf } from "./answers";

const QUESTION = { question: "cost", context: null, time_zone: "UTC" };
const calls = vi.fn<typeof fetch>();

beforeEach(() => vi.stubGlobal("fetch", calls));
afterEach(() => calls.mockReset());

function client(token = "t1", getToken?: () => string | null) {
  return new ChatClient("https://costs.example/", new Tokens(token, getToken));
}

function sent(at: number) {
  const [url, options] = calls.mock.calls[at] ?? [];
  return { url, ...options, headers: options?.headers as Record<string, string> };
}

async function refused(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.catch((one: unknown) => one);
  if (!(error instanceof ApiError)) throw new Error(`no ApiError but ${error}`);
  return error;
}

test("a stream tells its stages and words, and ends in the answer", async () => {
  const heard: string[] = [];
  calls.mockResolvedValue(
    stream(
      ["status", { stage: "planning" }],
      ["delta", { text: "Zwölf " }],
      ["delta", { text: "Dollar" }],
      ["answer", answer({ text: "Twelve." })],
      ["done", {}],
    ),
  );

  const given = await client().ask(QUESTION, {
    onStage: (stage) => heard.push(stage),
    onDelta: (text) => heard.push(text),
  });

  expect(heard).toEqual(["planning", "Zwölf ", "Dollar"]);
  expect(given.text).toBe("Twelve.");
  expect(sent(0).url).toBe("https://costs.example/api/chat");
  expect(sent(0).headers.Accept).toContain("text/event-stream");
});

test("a service that does not stream is understood as well", async () => {
  calls.mockResolvedValue(json(answer({ text: "Twelve." })));

  expect((await client().ask(QUESTION)).text).toBe("Twelve.");
});

test("half a stream is no answer", async () => {
  calls.mockResolvedValue(stream(["delta", { text: "Twelve thous" }]));

  expect((await refused(client().ask(QUESTION))).reason).toBe("failed");
});

test("an error in a stream is told in its own words", async () => {
  calls.mockResolvedValue(stream(["error", { detail: "That went wrong here." }]));

  expect((await refused(client().ask(QUESTION))).message).toBe("That went wrong here.");
});

test.each([
  [401, "expired"],
  [413, "refused"],
  [422, "refused"],
  [429, "limited"],
  [500, "failed"],
  [503, "no-figures"],
])("status %d is told apart", async (status, reason) => {
  calls.mockResolvedValue(json({ detail: "why" }, status));

  const error = await refused(client().quickStats());

  expect(error.reason).toBe(reason);
});

test("too many questions say when to go on, a minute where nobody says", async () => {
  calls.mockResolvedValueOnce(json({}, 429, { "Retry-After": "7" }));
  calls.mockResolvedValueOnce(json({}, 429));

  expect((await refused(client().quickStats())).retryAfter).toBe(7);
  expect((await refused(client().quickStats())).retryAfter).toBe(60);
});

test("a validation error has no sentence to show", async () => {
  calls.mockResolvedValue(json({ detail: [{ loc: ["body"], msg: "x" }] }, 422));

  expect((await refused(client().ask(QUESTION))).message).toBe("");
});

test("a lost line is told apart from a failure, a stop from both", async () => {
  calls.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  calls.mockRejectedValueOnce(new DOMException("stopped", "AbortError"));

  expect((await refused(client().ask(QUESTION))).reason).toBe("offline");
  expect(
    isStop(
      await client()
        .ask(QUESTION)
        .catch((one) => one),
    ),
  ).toBe(true);
});

test("an expired token is renewed once for all requests that wait", async () => {
  const getToken = vi.fn(() => tokenOf("u", "acme"));
  const one = new ChatClient(
    "",
    new Tokens(tokenOf("u", "acme").slice(0, -1), getToken),
  );
  calls.mockImplementation(async (_, options) => {
    const sentHeaders = new Headers(options?.headers);
    return sentHeaders.get("Authorization")?.endsWith(".y")
      ? json({ questions: [] })
      : json({}, 401);
  });

  await Promise.all([one.suggestions(), one.suggestions()]);

  expect(getToken).toHaveBeenCalledTimes(1);
  expect(calls).toHaveBeenCalledTimes(4);
});

test("an answer for another person never reaches this one's question", async () => {
  const tokens = new Tokens(tokenOf("u", "acme"), () => tokenOf("v", "globex"));
  calls.mockResolvedValue(json({}, 401));

  const error = await refused(new ChatClient("", tokens).ask(QUESTION));

  expect(error.reason).toBe("expired");
  expect(calls).toHaveBeenCalledTimes(1);
});

test("without a token nothing is sent", async () => {
  expect((await refused(client("").quickStats())).reason).toBe("expired");
  expect(calls).not.toHaveBeenCalled();
});

test("cookies and caches of the page stay out of it", async () => {
  calls.mockResolvedValue(json(answer()));

  await client().ask(QUESTION);

  expect(sent(0)).toMatchObject({ credentials: "omit", cache: "no-store" });
});

test("a token tells whose it is, and nonsense tells nobody's", () => {
  expect(identityOf(tokenOf("u", "acme"))).toBe(identityOf(tokenOf("u", "acme")));
  expect(identityOf(tokenOf("u", "acme"))).not.toBe(identityOf(tokenOf("u", "globex")));
  expect(identityOf("opaque")).toBeNull();
  expect(identityOf("")).toBeNull();
});
