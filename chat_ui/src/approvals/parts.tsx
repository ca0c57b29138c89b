import { ArrowRight } from "lucide-react";
import type { Leg } from "@/api/types";
import { ABSENT, isCreatedPaused, legValue, sentence } from "@/fmt";
import { cx } from "@/ui/cx";

/** Every field of what is created, set or taken away: what is seen is what is approved. */
export function Parts({ leg, className }: { leg: Leg; className?: string }) {
  const created = leg.before === ABSENT;
  return (
    <dl className={cx("space-y-0.5 text-xs", className)}>
      {leg.parts.map(({ label, before, after }) => (
        <div key={label} className="flex gap-2">
          <dt className="w-28 shrink-0 text-ink-3">{sentence(label)}</dt>
          <dd className="min-w-0 break-words">
            {created || before === after ? (
              <bdi className={cx(created && "font-medium")}>{legValue(after)}</bdi>
            ) : (
              <>
                <bdi className="text-ink-3">{before ? legValue(before) : "not set"}</bdi> <ArrowRight aria-label="becomes" className="inline size-3 text-ink-3" />{" "}
                <bdi className="font-semibold">{after ? legValue(after) : "not set"}</bdi>
              </>
            )}
          </dd>
        </div>
      ))}
      {isCreatedPaused(leg) && (
        <div className="flex gap-2">
          <dt className="w-28 shrink-0 text-ink-3">State</dt>
          <dd>
            <span className="font-medium">Paused</span> <span className="text-ink-3">until enabling it is approved</span>
          </dd>
        </div>
      )}
    </dl>
  );
}
