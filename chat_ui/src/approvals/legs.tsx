import { ArrowRight, Check, CircleHelp, LoaderCircle, Minus, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import type { ChangeSet, Leg } from "@/api/types";
import { isNegative, isZero, legKind, money, moneySigned, namedValue, percentSigned, placeWords } from "@/fmt";
import { cx } from "@/ui/cx";
import { PlatformMark } from "@/ui/platform-mark";
import { Parts } from "./parts";

export function Legs({ changeSet }: { changeSet: ChangeSet }) {
  const started = changeSet.legs.some((leg) => leg.status !== "pending");
  return (
    <div className="border-t border-line">
      <ul>
        {changeSet.legs.map((leg) => (
          <LegRow key={leg.key} leg={leg} started={started} />
        ))}
      </ul>
      <Sums changeSet={changeSet} />
    </div>
  );
}

function LegRow({ leg, started }: { leg: Leg; started: boolean }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex items-center gap-2">
          <PlatformMark platform={leg.platform} />
          <bdi className="min-w-0 font-medium break-words">{leg.name}</bdi>
        </p>
        <p className="pl-6 text-xs text-ink-3">
          {legKind(leg)} {leg.place ? <>in <bdi className="break-words">{placeWords(leg)}</bdi></> : <>· <span className="font-mono text-2xs break-all">{leg.entity_id}</span></>}
        </p>
        {leg.name_marks.length > 0 && (
          <p className="mt-1 ml-6 flex gap-1.5 rounded-md bg-warn-soft px-2 py-1 text-xs text-warn">
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            This name may not be what it looks like: {leg.name_marks.join(", ")}.
          </p>
        )}
      </div>
      {leg.parts.length > 0 ? <Parts leg={leg} className="w-full pl-6" /> : <FromTo before={namedValue(leg, leg.before)} after={namedValue(leg, leg.after)} />}
      <LegChange leg={leg} />
      {started && <LegState leg={leg} />}
    </li>
  );
}

function FromTo({ before, after }: { before: string; after: string }) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2 tabular-nums max-sm:pl-6">
      <bdi className="min-w-0 break-words text-ink-3">{before}</bdi>
      <ArrowRight aria-label="becomes" className="size-3.5 shrink-0 text-ink-3" />
      <bdi className="min-w-0 font-semibold break-words">{after}</bdi>
    </div>
  );
}

function LegChange({ leg }: { leg: Leg }) {
  if (!leg.delta || leg.field !== "daily_budget") return null;
  // A direction, not a judgment: more budget is neither good nor bad in itself.
  return (
    <p className="min-w-30 text-right text-xs tabular-nums text-ink-2">
      {moneySigned(leg.delta)}
      {leg.delta_share !== null && <span className="text-ink-3"> ({percentSigned(leg.delta_share)})</span>}
    </p>
  );
}

const LEG_STATES: Record<Leg["status"], { icon: ReactNode; words: string; tone: string }> = {
  pending: { icon: <Minus />, words: "Not sent yet", tone: "text-ink-3" },
  sending: { icon: <LoaderCircle className="animate-spin" />, words: "Sending", tone: "text-accent-ink" },
  done: { icon: <Check />, words: "Applied and read back", tone: "text-good" },
  failed: { icon: <X />, words: "Not written", tone: "text-bad" },
  skipped: { icon: <Minus />, words: "Not tried", tone: "text-ink-3" },
  unknown: { icon: <CircleHelp />, words: "Unknown until read", tone: "text-warn" },
};

function LegState({ leg }: { leg: Leg }) {
  const { icon, words, tone } = LEG_STATES[leg.status];
  return (
    <p data-leg={leg.entity_id} className={cx("flex w-full items-start gap-1.5 pl-6 text-xs [&_svg]:mt-0.5 [&_svg]:size-3.5 [&_svg]:shrink-0", tone)}>
      <span aria-hidden>{icon}</span>
      <span>
        {words}
        {leg.note && <span className="text-ink-2"> – {leg.note}</span>}
      </span>
    </p>
  );
}

function Sums({ changeSet }: { changeSet: ChangeSet }) {
  const worst = changeSet.worst_case;
  if (changeSet.daily_change.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 border-t border-line bg-sunken px-4 py-2 text-xs">
      <div className="flex gap-1.5">
        <dt className="text-ink-3">All together, a day</dt>
        <dd className="font-medium">
          {changeSet.daily_change.map((sum) => (isZero(sum) ? `${moneySigned(sum)}, nothing more or less` : moneySigned(sum))).join(" · ")}
        </dd>
      </div>
      {worst && (
        <div className="flex flex-wrap gap-x-1.5" title="Platforms may spend more than a daily budget on a single day: Google up to twice, Meta a quarter more.">
          <dt className="text-ink-3">Worst case, one day</dt>
          <dd className={cx("font-medium", !isNegative(worst) && !isZero(worst) && "text-warn")}>{moneySigned(worst)}</dd>
          <dd className="text-ink-3">platforms' overdelivery included</dd>
        </div>
      )}
      {changeSet.learning_cost && (
        <div className="flex gap-1.5" title="A large step makes the platform learn the campaign anew; earlier steps say what that cost.">
          <dt className="text-ink-3">Learning phase, expected</dt>
          <dd className="font-medium">{money(changeSet.learning_cost)}</dd>
        </div>
      )}
    </dl>
  );
}
