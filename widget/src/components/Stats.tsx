import type { QuickStat, QuickStats } from "../api/types.js";
import { formatNumber, numberOf } from "../format.js";

/** Writes a figure of the badge, or nothing where there is none to tell. */
export function writeStat(
  stat: QuickStat | undefined,
  locale: string | undefined,
): string | null {
  const value = numberOf(stat?.value);
  return stat && value !== null ? formatNumber(value, stat.unit, locale) : null;
}

function Meter({ share }: { share: number }) {
  const level = share > 1 ? "over" : share >= 0.8 ? "near" : "";
  return (
    <svg
      className={`meter ${level}`}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="rail" width="100" height="4" rx="2" />
      <rect className="level" width={Math.min(share, 1) * 100} height="4" rx="2" />
    </svg>
  );
}

/** The figures to begin with. */
export function Stats({
  stats,
  locale,
}: {
  stats: QuickStats;
  locale: string | undefined;
}) {
  return (
    <dl className="stats">
      {stats.stats.map((stat) => {
        const text = writeStat(stat, locale);
        const share = stat.name === "budget_used" ? numberOf(stat.value) : null;
        return (
          text !== null && (
            <div key={stat.name}>
              <dt>{stat.label}</dt>
              <dd>
                {text}
                {share !== null && <Meter share={share} />}
              </dd>
            </div>
          )
        );
      })}
    </dl>
  );
}
