/** Gives a new token when the old one has expired, or null when there is none. */
export type GetToken = () => string | null | Promise<string | null>;

/** The token that requests carry, and the way to a new one. */
export class Tokens {
  #current: string;
  #renewing: Promise<boolean> | undefined;
  readonly #getToken: GetToken | undefined;
  readonly #onRenewed: ((token: string) => void) | undefined;

  /**
   * @param token The one to begin with; empty for none.
   * @param getToken Gives a new one.
   * @param onRenewed Hears of a new one.
   */
  constructor(token: string, getToken?: GetToken, onRenewed?: (token: string) => void) {
    this.#current = token;
    this.#getToken = getToken;
    this.#onRenewed = onRenewed;
  }

  get current(): string {
    return this.#current;
  }

  /** Asks the page for a new token, once for all who wait; says whether one came. */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#ask().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #ask(): Promise<boolean> {
    let given: string | null | undefined;
    try {
      given = await this.#getToken?.();
    } catch {
      // The page could not get one: that is the same as having none.
      given = null;
    }
    if (!given || given === this.#current) return false;
    const isSamePerson =
      !this.#current || identityOf(given) === identityOf(this.#current);
    this.#current = given;
    this.#onRenewed?.(given);
    // Of another person, the answer would stand in this one's conversation.
    return isSamePerson;
  }
}

const CLAIMS = ["iss", "sub", "role", "customer_id", "customers"] as const;

/**
 * Says whose a token is, or null where it does not tell.
 *
 * Nothing is trusted on account of it: it only keeps what one person has asked from the
 * next one who signs in on the same page.
 */
export function identityOf(token: string): string | null {
  try {
    const part = token.split(".")[1] ?? "";
    const bytes = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
    const claims: Record<string, unknown> = JSON.parse(bytes);
    if (typeof claims.sub !== "string") return null;
    return JSON.stringify(CLAIMS.map((name) => claims[name] ?? null));
  } catch {
    return null;
  }
}
