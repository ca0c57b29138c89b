import type { ProposalOutput, TableOutput } from "./tool-output";

export type ShownOutput = TableOutput | ProposalOutput;

// A line still shorter than this may become the heading over repeated warnings.
const HEADING_LENGTH = 24;

const unescaped = (text: string) => text.replace(/\\([^\w\s])/g, "$1").trim();

/** The text without what a table or card beside it shows already: its grid, its legs, its warnings, its origin.
 *
 * A reply must also make sense in a terminal, so it repeats its table; here the table itself stands.
 * `open`: the last block is still being written; it is held back while it may become a repetition.
 */
export function withoutRepeats(text: string, outputs: readonly ShownOutput[], open: boolean): string {
  if (outputs.length === 0) return text;
  const blocks = text.split(/\n{2,}/);
  const last = blocks.length - 1;
  return blocks.filter((block, index) => !repeats(unescaped(block), outputs, { open: open && index === last, first: index === 0 })).join("\n\n");
}

function repeats(block: string, outputs: readonly ShownOutput[], at: { open: boolean; first: boolean }): boolean {
  const lines = block.split("\n");
  const proposals = outputs.filter((output) => output.kind === "proposal");
  const tables = outputs.filter((output) => output.kind === "table");
  if (proposals.length > 0 && !at.first) {
    // What follows the first block of a proposal's reply is mostly the card again: it appears once it is whole.
    if (at.open || proposals.some((proposal) => block.includes(proposal.change_set_id))) return true;
    if (lines.every((line) => proposals.some((proposal) => isLegOf(line, proposal)))) return true;
  }
  return repeatsTable(block, lines, tables, at.open) || repeatsWarnings(lines, outputs.flatMap((output) => output.warnings), at.open);
}

const isLegOf = (line: string, proposal: ProposalOutput): boolean =>
  proposal.legs.some((leg) => line.startsWith("- ") && line.includes(leg.entity_id) && line.includes(leg.after));

function repeatsTable(block: string, lines: readonly string[], tables: readonly TableOutput[], open: boolean): boolean {
  if (tables.length === 0) return false;
  const first = lines[0] ?? "";
  if (first.startsWith("|")) return (open && lines.length === 1) || tables.some((table) => isGridOf(first, table));
  if (tables.some((table) => isOriginOf(block, table, open))) return true;
  return /^\d+ of \d+ rows\.$/.test(block) || (open && /^\d+ ?[of]* ?\d* ?[rows.]*$/.test(block));
}

function isGridOf(header: string, table: TableOutput): boolean {
  const cells = header.split("|").slice(1, -1).map((cell) => cell.trim());
  const labels = table.columns.map((column) => column.label);
  return cells.length > 0 && cells.every((cell, index) => cell === labels[index]);
}

function isOriginOf(block: string, table: TableOutput, open: boolean): boolean {
  const origin = [table.window, table.source, table.freshness].filter(Boolean).join(" · ");
  return block !== "" && (open ? origin.startsWith(block) : origin === block);
}

function repeatsWarnings(lines: readonly string[], warnings: readonly string[], open: boolean): boolean {
  if (warnings.length === 0) return false;
  const points = lines.filter((line) => line.startsWith("- ")).map((line) => line.slice(2));
  const rest = lines.filter((line) => !line.startsWith("-"));
  if (open && lines.length === 1 && (lines[0]?.length ?? 0) < HEADING_LENGTH) return true;
  const onlyHeading = rest.length === 0 || (rest.length === 1 && rest[0]?.endsWith(":") === true);
  if (!onlyHeading || (points.length === 0 && !open)) return false;
  return points.every(
    (point, index) => warnings.includes(point) || (open && index === points.length - 1 && warnings.some((one) => one.startsWith(point))),
  );
}
