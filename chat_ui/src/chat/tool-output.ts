export interface OutputColumn {
  key: string;
  label: string;
  unit: string;
}

export interface TableOutput {
  kind: "table";
  title: string;
  headline: string;
  columns: OutputColumn[];
  rows: Record<string, unknown>[];
  window: string;
  source: string;
  freshness: string;
  warnings: string[];
  total_rows: number;
}

export interface ProposalOutput {
  kind: "proposal";
  change_set_id: string;
}

export interface ErrorOutput {
  kind: "error";
  code: string;
  message: string;
}

export type ToolOutput = TableOutput | ProposalOutput | ErrorOutput | { kind: "other" };

/** What a tool answered, as far as this page knows how to show it. */
export function readOutput(result: string): ToolOutput {
  try {
    const value = JSON.parse(result) as { kind?: string; columns?: unknown; rows?: unknown };
    if (value.kind === "table" && Array.isArray(value.columns) && Array.isArray(value.rows)) return value as TableOutput;
    if (value.kind === "proposal") return value as ProposalOutput;
    if (value.kind === "error") return value as ErrorOutput;
  } catch {
    // Words, not JSON: the disclosure shows them.
  }
  return { kind: "other" };
}
