/** Why there is no answer, as far as it decides what can be done about it. */
export type Reason =
  | "expired"
  | "limited"
  | "no-figures"
  | "offline"
  | "refused"
  | "failed";

/** A request that was not answered. */
export class ApiError extends Error {
  readonly reason: Reason;
  /** Seconds after which it may be tried again, where the service says so. */
  readonly retryAfter: number | undefined;

  constructor(reason: Reason, message: string, retryAfter?: number) {
    super(message);
    this.name = "ApiError";
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

const DEFAULT_WAIT = 60;

function reasonOf(status: number): Reason {
  if (status === 401) return "expired";
  if (status === 429) return "limited";
  if (status === 503) return "no-figures";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/** Reads what the service says about a request that it refused. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const detail =
    typeof body === "object" && body !== null && "detail" in body ? body.detail : null;
  const reason = reasonOf(response.status);
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    reason,
    typeof detail === "string" ? detail : "",
    reason === "limited" ? (Number.isFinite(wait) ? wait : DEFAULT_WAIT) : undefined,
  );
}
