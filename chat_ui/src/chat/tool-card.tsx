import { Check, ChevronRight, LoaderCircle, Table2, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { cx } from "@/ui/cx";
import type { Phase, ToolItem } from "./reducer";
import { ResultTable } from "./result-table";
import { readOutput, type TableOutput } from "./tool-output";
import { argumentWords, toolWords } from "./tool-words";

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function ToolCard({ item, phase, evidence }: { item: ToolItem; phase: Phase; evidence: boolean }) {
  const output = useMemo(() => (item.result === null ? null : readOutput(item.result)), [item.result]);
  const failed = output?.kind === "error" || (output === null && phase !== "running");
  return (
    <div className="space-y-2">
      <details className="group rounded-lg text-xs">
        <summary className="-ml-1.5 inline-flex max-w-full items-center gap-2 rounded-md px-1.5 py-1 text-ink-2 hover:bg-hover">
          <State failed={failed} done={output !== null} />
          <span className="font-medium">{toolWords(item.name, output !== null && !failed)}</span>
          <span className="truncate text-ink-3">{argumentWords(item.args)}</span>
          <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 transition-transform group-open:rotate-90" />
        </summary>
        <div className="mt-1 space-y-2 rounded-lg border border-line bg-sunken p-3">
          <Raw label={`Call of ${item.name}`} text={item.args || "{}"} />
          {item.result !== null && <Raw label="Answer" text={item.result} />}
        </div>
      </details>
      {output?.kind === "error" && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" /> {output.message}
        </p>
      )}
      {output?.kind === "table" && (evidence ? <Evidence table={output} /> : <ResultTable table={output} />)}
    </div>
  );
}

function Evidence({ table }: { table: TableOutput }) {
  return (
    <details className="group rounded-xl border border-line bg-surface open:border-transparent open:bg-transparent">
      <summary className="flex items-center gap-2 px-3.5 py-2 text-sm group-open:px-0">
        <Table2 aria-hidden className="size-4 shrink-0 text-ink-3" />
        <span className="font-medium">{table.title}</span>
        <span className="text-xs text-ink-3">{table.rows.length === 1 ? "1 row" : `${table.rows.length} rows`}</span>
        <ChevronRight aria-hidden className="ml-auto size-3.5 shrink-0 text-ink-3 transition-transform group-open:rotate-90" />
      </summary>
      <ResultTable table={table} />
    </details>
  );
}

function State({ failed, done }: { failed: boolean; done: boolean }) {
  if (failed) return <TriangleAlert aria-label="Did not answer" className="size-3.5 shrink-0 text-warn" />;
  if (done) return <Check aria-label="Done" className="size-3.5 shrink-0 text-good" />;
  return <LoaderCircle aria-label="Working" className="size-3.5 shrink-0 animate-spin text-accent-ink" />;
}

function Raw({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-2xs font-medium text-ink-3">{label}</p>
      <pre tabIndex={0} className={cx("scrollbar-thin max-h-64 overflow-auto font-mono text-2xs whitespace-pre-wrap text-ink-2")}>
        {pretty(text)}
      </pre>
    </div>
  );
}
