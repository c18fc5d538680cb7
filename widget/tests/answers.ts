import type { Answer } from "../src/api/types";

/** An answer with its parts as given, and nothing else. */
export function answer(parts: Partial<Answer> = {}): Answer {
  return {
    answer_id: "a1",
    text: "$12.50: cost on 20 November 2026.",
    columns: [],
    rows: [],
    chart: null,
    caveats: [],
    suggestions: [],
    choices: [],
    sql: null,
    context: null,
    dashboard: null,
    alert: null,
    ...parts,
  };
}

export const COST = { name: "total_cost", label: "Cost", unit: "usd" } as const;
export const BEFORE = {
  name: "total_cost_before",
  label: "Cost before",
  unit: "usd",
} as const;
export const DAY = { name: "day", label: "Day", unit: null } as const;
export const MODEL = { name: "model", label: "Model", unit: null } as const;

/** Gives a token that says whose it is; nobody has signed it. */
export function tokenOf(sub: string, customer: string): string {
  const claims = { iss: "llm-costs", sub, role: "customer", customer_id: customer };
  return `x.${btoa(JSON.stringify(claims))}.y`;
}

/** Gives a stream of server-sent events, cut at odd places as networks do. */
export function stream(...events: [event: string, data: unknown][]): Response {
  const text = events
    .map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    .join("");
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 7) {
        controller.enqueue(bytes.slice(at, at + 7));
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

export function json(body: unknown, status = 200, headers = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}
