import type { Band, Effect } from "@/api/types";
import { decimal, isCurrency, moneyMeasured } from "@/fmt";

interface Row {
  label: string;
  band: Band;
}

const sign = (value: number) => (value > 0 ? "+" : "");

function words(value: number, unit: string): string {
  const text = isCurrency(unit) ? moneyMeasured(value, unit) : decimal(value, Math.abs(value) < 10 ? 1 : 0);
  return sign(value) + text;
}

/** What the change is expected to do: middle estimate and the range that holds in 8 of 10 cases. */
export function ExpectedEffect({ effect }: { effect: Effect }) {
  const rows: Row[] = [
    ...(effect.spend ? [{ label: "Spend", band: effect.spend }] : []),
    ...(effect.conversions ? [{ label: "Conversions", band: effect.conversions }] : []),
    ...(effect.value ? [{ label: "Revenue", band: effect.value }] : []),
  ];
  return (
    <div className="border-t border-line px-4 py-3">
      <h4 className="mb-2 text-xs font-medium text-ink-3">
        Expected over {effect.horizon_days} days{" "}
        {rows.length > 0 && <span className="font-normal">(8 in 10 outcomes fall in the band)</span>}
      </h4>
      {rows.length === 0 && <p className="text-sm text-ink-2">The effect cannot be estimated. {effect.notes[0]}</p>}
      <dl className="grid grid-cols-[auto_minmax(5rem,1fr)_auto] items-center gap-x-3 gap-y-1.5 text-sm">
        {rows.map(({ label, band }) => (
          <BandRow key={label} label={label} band={band} />
        ))}
      </dl>
      {effect.readings.map((reading) => (
        <p key={reading} className="mt-2 text-sm text-ink-2">
          {reading}
        </p>
      ))}
      <details className="group mt-2 text-xs text-ink-2">
        <summary className="inline-flex items-center gap-1 rounded text-accent-ink hover:underline">How this was worked out</summary>
        <div className="mt-1.5 space-y-1">
          <p>
            {effect.method}
            {effect.window && ` · ${effect.window}`}
          </p>
          {effect.notes.slice(rows.length === 0 ? 1 : 0).map((note) => (
            <p key={note}>{note}</p>
          ))}
          {effect.dry_runs.map((dryRun) => (
            <p key={dryRun}>{dryRun}</p>
          ))}
        </div>
      </details>
    </div>
  );
}

function BandRow({ label, band }: Row) {
  const [low, mid, high] = [Number(band.p10), Number(band.p50), Number(band.p90)];
  const range = `${words(low, band.unit)} to ${words(high, band.unit)}`;
  return (
    <>
      <dt className="text-ink-2">{label}</dt>
      <dd className="min-w-0">
        <BandPlot low={low} mid={mid} high={high} label={`${label}: ${words(mid, band.unit)}, from ${range}`} />
      </dd>
      <dd className="text-right whitespace-nowrap">
        <span className="font-semibold">{words(mid, band.unit)}</span>
        <span className="block text-2xs text-ink-3 @md:ml-2 @md:inline">{range}</span>
      </dd>
    </>
  );
}

/** A bar from P10 to P90 with a mark at P50, on a scale that always holds zero. */
export function BandPlot({ low, mid, high, label }: { low: number; mid: number; high: number; label: string }) {
  const from = Math.min(0, low);
  const to = Math.max(0, high);
  const span = to - from || 1;
  const x = (value: number) => 2 + ((value - from) / span) * 196;
  return (
    <svg role="img" aria-label={label} viewBox="0 0 200 14" preserveAspectRatio="none" className="h-3.5 w-full">
      <line x1="0" x2="200" y1="7" y2="7" stroke="var(--line)" vectorEffect="non-scaling-stroke" />
      <rect x={x(low)} width={Math.max(x(high) - x(low), 2)} y="3" height="8" rx="2" fill="var(--band)" />
      <line x1={x(0)} x2={x(0)} y1="0" y2="14" stroke="var(--ink-3)" strokeDasharray="2 2" vectorEffect="non-scaling-stroke" />
      <line x1={x(mid)} x2={x(mid)} y1="1.5" y2="12.5" stroke="var(--accent)" strokeWidth="2.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
