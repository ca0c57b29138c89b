import type { Performance } from "@/api/types";
import { count, day, decimal, money } from "@/fmt";

const CELL = "border-b border-line px-3 py-1.5 text-right whitespace-nowrap";

/** The chart's days as figures, latest first. */
export function DailyTable({ performance }: { performance: Performance }) {
  const partial = performance.window.partial_day;
  return (
    <div tabIndex={0} role="region" aria-label="Daily figures" className="scrollbar-thin relative overflow-x-auto scroll-shade-x rounded-xl border border-line">
      <table className="w-full text-sm">
        <thead>
          <tr className="text-xs text-ink-3">
            <th scope="col" className={`${CELL} text-left font-medium`}>
              Day
            </th>
            {["Spend", "Conversions", "Revenue", "Clicks", "Impressions"].map((label) => (
              <th key={label} scope="col" className={`${CELL} font-medium`}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {performance.days.toReversed().map((one) => (
            <tr key={one.day}>
              <th scope="row" className={`${CELL} text-left font-normal`}>
                {day(one.day)}
                {one.day === partial && <span className="text-ink-3"> (partial)</span>}
              </th>
              <td className={CELL}>{money(one.spend)}</td>
              <td className={CELL}>{decimal(one.conversions, 1)}</td>
              <td className={CELL}>{money(one.revenue)}</td>
              <td className={CELL}>{count(one.clicks)}</td>
              <td className={CELL}>{count(one.impressions)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
