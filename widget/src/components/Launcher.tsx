import type { Ref } from "react";
import type { QuickStats } from "../api/types.js";
import { numberOf } from "../format.js";
import { Icon } from "./Icon.js";
import { writeStat } from "./Stats.js";

interface Props {
  button: Ref<HTMLButtonElement>;
  stats: QuickStats | null;
  locale: string | undefined;
  isHidden: boolean;
  onOpen(): void;
}

/** The closed widget: what this month has cost, and the way in. */
export function Launcher({ button, stats, locale, isHidden, onOpen }: Props) {
  const find = (name: string) => stats?.stats.find((stat) => stat.name === name);
  const month = writeStat(find("month_to_date"), locale);
  const budget = writeStat(find("budget_used"), locale);
  const used = numberOf(find("budget_used")?.value) ?? 0;
  const label = [
    "Ask about AI costs",
    month && `this month ${month}`,
    budget && `${budget} of the budget used`,
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <button
      type="button"
      ref={button}
      className="launcher"
      aria-label={label}
      aria-haspopup="dialog"
      hidden={isHidden}
      onClick={onOpen}
    >
      <span className="launcher-icon">
        <Icon name="spark" size={24} />
      </span>
      {month && (
        <span className="badge">
          <small>This month</small>
          <b>{month}</b>
        </span>
      )}
      {budget && used >= 0.8 && (
        <span className={used > 1 ? "budget over" : "budget"}>{budget}</span>
      )}
    </button>
  );
}
