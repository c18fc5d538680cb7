import type { Reason } from "./api/errors.js";
import type { Stage } from "./api/types.js";

export const HEADING = "AI costs";

export const STAGES: Record<Stage, string> = {
  planning: "Understanding the question",
  querying: "Reading the bills",
  wording: "Writing the answer",
};

const TROUBLES: Record<Reason, string> = {
  expired: "Your session has ended. Sign in again to go on asking.",
  limited: "That is more questions than are answered in a minute.",
  "no-figures":
    "There are no figures to answer from yet. They appear after the next load.",
  offline: "The service cannot be reached. Nothing of your question is lost.",
  refused: "This cannot be asked.",
  failed: "Something went wrong on our side.",
};

/** Says what went wrong; the service's own words where they help the asker. */
export function wordTrouble(reason: Reason, detail: string): string {
  return reason === "refused" && detail ? detail : TROUBLES[reason];
}
