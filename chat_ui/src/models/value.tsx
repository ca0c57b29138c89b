import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { type ChangeVerdict, type Drift, reconciliationQuery, valueQuery } from "@/api/value";
import { dayRange, legValue, moneySigned, sentence } from "@/fmt";
import { Badge, type BadgeTone } from "@/ui/badge";
import { ProblemNote } from "@/ui/problem-note";

const TONES: Record<ChangeVerdict["result"], BadgeTone> = { better: "good", worse: "bad", inconclusive: "neutral" };
const SHOWN = 10;

/** What the applied changes brought, losses as plainly as gains. */
export function Value() {
  const value = useQuery(valueQuery);
  const drifts = useQuery(reconciliationQuery).data?.drifts ?? [];
  if (value.isError) return <ProblemNote failed="The value ledger could not be read" error={value.error} onRetry={() => void value.refetch()} />;
  if (!value.data) return <div aria-hidden className="h-32 skeleton rounded-xl" />;
  const { gains, losses, net, better, worse, inconclusive, items } = value.data;
  return (
    <section aria-label="What changes brought" className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <h2 className="text-base font-semibold">What applied changes brought</h2>
      {items.length === 0 ? (
        <p className="mt-1 text-sm text-ink-2">Nothing to judge yet: each applied change is judged after a day, a week and two weeks.</p>
      ) : (
        <>
          <dl className="mt-3 grid grid-cols-2 gap-3 text-sm sm:grid-cols-4">
            <Fact label="Gains" value={moneySigned(gains)} />
            <Fact label="Losses" value={moneySigned(losses)} />
            <Fact label="Net, 9 times in 10" value={`${moneySigned(net.low)} to ${moneySigned(net.high)}`} />
            <Fact label="Better / worse / open" value={`${better} / ${worse} / ${inconclusive}`} />
          </dl>
          <ul aria-label="Verdicts" className="mt-3 divide-y divide-line">
            {items.slice(0, SHOWN).map((verdict) => (
              <VerdictRow key={`${verdict.change_set_id}-${verdict.days}`} verdict={verdict} />
            ))}
          </ul>
        </>
      )}
      {drifts.length > 0 && <Drifts drifts={drifts} />}
    </section>
  );
}

function VerdictRow({ verdict }: { verdict: ChangeVerdict }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2 text-sm">
      <Badge tone={TONES[verdict.result]}>{verdict.result}</Badge>
      <Link to={`/approvals?show=all&open=${verdict.change_set_id}`} className="min-w-0 flex-1 basis-48 break-words text-accent-ink hover:underline">
        {verdict.title || verdict.change_set_id}
      </Link>
      {verdict.net && <span className="tabular-nums">{`${moneySigned(verdict.net.mid)} (${moneySigned(verdict.net.low)} to ${moneySigned(verdict.net.high)})`}</span>}
      <span className="w-full text-xs text-ink-3">
        {verdict.days} days, {dayRange(verdict.since, verdict.until)}. {verdict.why}
      </span>
    </li>
  );
}

function Drifts({ drifts }: { drifts: readonly Drift[] }) {
  return (
    <div className="mt-4 rounded-lg bg-warn-soft p-3 text-sm text-warn">
      <p className="font-medium">Changed elsewhere since OmniFy changed it</p>
      <ul className="mt-1 space-y-0.5">
        {drifts.map((drift) => (
          <li key={`${drift.entity_id}-${drift.field}`} className="break-words">
            <bdi>{drift.name}</bdi>, {sentence(drift.field).toLowerCase()}: {legValue(drift.ours)} was set, {legValue(drift.seen)} stands now.
          </li>
        ))}
      </ul>
    </div>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className="font-medium tabular-nums">{value}</dd>
    </div>
  );
}
