import { ApiError, errorOf } from "./errors.js";
import { type Listener, readStream } from "./stream.js";
import type { Tokens } from "./tokens.js";
import type {
  Alert,
  Alerts,
  AlertWish,
  Answer,
  Question,
  QuickStats,
  Rating,
} from "./types.js";

interface Call {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  accept?: string;
  signal?: AbortSignal | undefined;
}

/** Speaks to the chat's API for whoever the token stands for. */
export class ChatClient {
  readonly #base: string;
  readonly #tokens: Tokens;

  /**
   * @param base Where the API is, such as https://costs.example.com.
   * @param tokens Who asks.
   */
  constructor(base: string, tokens: Tokens) {
    this.#base = base.replace(/\/+$/, "");
    this.#tokens = tokens;
  }

  /** Asks a question; streamed where the service can, at once where it cannot. */
  async ask(
    question: Question,
    listener: Listener = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    const response = await this.#call("/api/chat", {
      method: "POST",
      body: question,
      accept: "text/event-stream, application/json;q=0.9",
      signal,
    });
    const kind = response.headers.get("Content-Type") ?? "";
    try {
      return kind.startsWith("text/event-stream") && response.body
        ? await readStream(response.body, listener)
        : await response.json();
    } catch (error) {
      throw broken(error);
    }
  }

  async quickStats(signal?: AbortSignal): Promise<QuickStats> {
    return (await this.#call("/api/quick-stats", { signal })).json();
  }

  async suggestions(signal?: AbortSignal): Promise<string[]> {
    const response = await this.#call("/api/suggestions", { signal });
    return (await response.json()).questions;
  }

  async rate(answerId: string, rating: Rating, comment?: string): Promise<void> {
    const body = { answer_id: answerId, rating, ...(comment ? { comment } : {}) };
    await this.#call("/api/feedback", { method: "POST", body });
  }

  async alerts(signal?: AbortSignal): Promise<Alerts> {
    return (await this.#call("/api/alerts", { signal })).json();
  }

  async createAlert(wish: AlertWish): Promise<Alert> {
    return (await this.#call("/api/alerts", { method: "POST", body: wish })).json();
  }

  async deleteAlert(id: string): Promise<void> {
    await this.#call(`/api/alerts/${encodeURIComponent(id)}`, { method: "DELETE" });
  }

  async #call(path: string, call: Call): Promise<Response> {
    if (!this.#tokens.current && !(await this.#tokens.renew())) {
      throw new ApiError("expired", "");
    }
    const response = await this.#send(path, call);
    if (response.ok) return response;
    if (response.status === 401 && (await this.#tokens.renew())) {
      const again = await this.#send(path, call);
      if (again.ok) return again;
      throw await errorOf(again);
    }
    throw await errorOf(response);
  }

  async #send(path: string, { method = "GET", body, accept, signal }: Call) {
    const headers: Record<string, string> = {
      Accept: accept ?? "application/json",
      Authorization: `Bearer ${this.#tokens.current}`,
    };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      return await fetch(this.#base + path, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        signal: signal ?? null,
      });
    } catch (error) {
      throw broken(error);
    }
  }
}

/** A failure of the line becomes an ApiError; that one stopped it stays what it is. */
function broken(error: unknown): unknown {
  if (error instanceof ApiError || isStop(error)) return error;
  // fetch tells an unreachable service, a lost line and a forbidden origin alike.
  return error instanceof TypeError
    ? new ApiError("offline", "")
    : new ApiError("failed", "");
}

/** Says whether an error is that of a request that was stopped on purpose. */
export function isStop(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
