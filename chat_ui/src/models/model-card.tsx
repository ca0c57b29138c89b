import type { LearnedModel, ModelFit, TrackRecord } from "@/api/models";
import { count, day, decimal, percent, sentence } from "@/fmt";
import { Badge, type BadgeTone } from "@/ui/badge";
import { RatioPlot } from "./ratio-plot";

const STATES: Record<ModelFit["status"], { words: string; tone: BadgeTone }> = {
  ready: { words: "Learned", tone: "good" },
  running: { words: "Learning", tone: "accent" },
  refused: { words: "Not enough data", tone: "warn" },
};

export function ModelCard({ model: { model, fit, track_record } }: { model: LearnedModel }) {
  const { words, tone } = STATES[fit.status];
  return (
    <section aria-label={sentence(model)} data-model={model} className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="text-base font-semibold">{sentence(model)}</h2>
        <Badge tone={tone}>{words}</Badge>
        <span className="ml-auto text-xs text-ink-3">
          version {fit.version}, days up to {day(fit.training_cut)}, {count(fit.n_rows)} rows
        </span>
      </div>
      {fit.note && <p className="mt-1 text-sm text-ink-2">{fit.note}</p>}
      {fit.status === "ready" && (
        <p className="mt-1 text-sm text-ink-2">
          Your own data weigh <span className="font-medium text-ink">{percent(fit.own_share, 0)}</span>; the rest is general experience.
        </p>
      )}
      <Records records={track_record} />
      <Backtest fit={fit} />
    </section>
  );
}

function Records({ records }: { records: readonly TrackRecord[] }) {
  if (records.length === 0) return <p className="mt-3 text-sm text-ink-3">No forecast of this version has been made yet.</p>;
  return (
    <div className="mt-3 overflow-x-auto" tabIndex={0} role="region" aria-label="Forecasts against what came">
      <table className="w-full text-sm [&_td]:border-t [&_td]:border-line [&_td]:py-1.5 [&_td]:pr-3 [&_th]:pr-3 [&_th]:pb-1 [&_th]:text-left [&_th]:text-xs [&_th]:font-medium [&_th]:text-ink-3">
        <thead>
          <tr>
            <th>Forecast of</th>
            <th>Known</th>
            <th>Open</th>
            <th>Inside the 80 % range</th>
            <th>Error against the naive rule</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.metric}>
              <td className="font-medium">{sentence(record.metric)}</td>
              <td className="tabular-nums">{count(record.n)}</td>
              <td className="tabular-nums">{count(record.n_open)}</td>
              <td className="tabular-nums">{record.inside === null ? "–" : percent(record.inside, 0)}</td>
              <td>
                <RatioPlot ratio={record.ratio} low={record.ratio_low} high={record.ratio_high} label={`${sentence(record.metric)}: ${record.verdict}`} />
                <span className="block text-xs text-ink-2">{record.verdict}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The model beside its baselines on the account's own past days. */
function Backtest({ fit }: { fit: ModelFit }) {
  const metrics = Object.entries(fit.metrics).filter(([, value]) => value !== null);
  const baselines = Object.keys(fit.baselines);
  if (metrics.length === 0) return null;
  return (
    <details className="group mt-3 text-sm">
      <summary className="inline-flex min-h-7 items-center rounded text-accent-ink hover:underline">Tested on your own past days</summary>
      <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label="Backtest">
        <table className="text-xs tabular-nums [&_td]:border-t [&_td]:border-line [&_td]:py-1 [&_td]:pr-5 [&_th]:pr-5 [&_th]:pb-1 [&_th]:text-left [&_th]:font-medium [&_th]:text-ink-3">
          <thead>
            <tr>
              <th>Measure</th>
              <th>Model</th>
              {baselines.map((name) => (
                <th key={name}>{sentence(name)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map(([name, value]) => (
              <tr key={name}>
                <td>{sentence(name)}</td>
                <td className="font-medium">{decimal(value ?? 0, 3)}</td>
                {baselines.map((baseline) => (
                  <td key={baseline}>{shown(fit.baselines[baseline]?.[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const shown = (value: number | null | undefined): string => (value === null || value === undefined ? "–" : decimal(value, 3));
