import type { Item } from "./reducer";

export interface OutputColumn {
  key: string;
  label: string;
  unit: string;
  /** The cells hold text that others typed: names of campaigns and creatives. */
  untrusted?: boolean;
}

export type TableRow = Record<string, unknown>;

export interface TableOutput {
  kind: "table";
  title: string;
  headline: string;
  columns: OutputColumn[];
  rows: TableRow[];
  window: string;
  source: string;
  freshness: string;
  warnings: string[];
  total_rows: number;
}

export interface ProposalOutput {
  kind: "proposal";
  change_set_id: string;
  legs: { entity_id: string; after: string }[];
  warnings: string[];
}

export interface ErrorOutput {
  kind: "error";
  code: string;
  message: string;
}

export type ToolOutput = TableOutput | ProposalOutput | ErrorOutput | { kind: "other" };

/** The tables and proposals that a run's tools have answered with so far. */
export function outputsIn(items: readonly Item[]): (TableOutput | ProposalOutput)[] {
  return items.flatMap((item) => {
    if (item.kind !== "tool" || item.result === null) return [];
    const output = readOutput(item.result);
    return output.kind === "table" || output.kind === "proposal" ? [output] : [];
  });
}

/** What a tool answered, as far as this page knows how to show it. */
export function readOutput(result: string): ToolOutput {
  try {
    const value = JSON.parse(result) as { kind?: string; columns?: unknown; rows?: unknown };
    if (value.kind === "table" && Array.isArray(value.columns) && Array.isArray(value.rows)) return value as TableOutput;
    if (value.kind === "proposal") return { legs: [], warnings: [], ...(value as Partial<ProposalOutput>) } as ProposalOutput;
    if (value.kind === "error") return value as ErrorOutput;
  } catch {
    // Words, not JSON: the disclosure shows them.
  }
  return { kind: "other" };
}
