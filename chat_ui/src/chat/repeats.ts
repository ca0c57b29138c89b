import type { TableOutput } from "./tool-output";

// A line still shorter than this may become the heading over repeated warnings.
const HEADING_LENGTH = 24;

const unescaped = (text: string) => text.replace(/\\([^\w\s])/g, "$1").trim();

/** The text without what a table above it shows already: its grid, its warnings, where it comes from.
 *
 * A reply must also make sense in a terminal, so it repeats its table; here the table itself stands.
 * `open`: the last block is still being written; it is held back while it may become a repetition.
 */
export function withoutRepeats(text: string, tables: readonly TableOutput[], open: boolean): string {
  if (tables.length === 0) return text;
  const blocks = text.split(/\n{2,}/);
  return blocks.filter((block, index) => !repeats(unescaped(block), tables, open && index === blocks.length - 1)).join("\n\n");
}

function repeats(block: string, tables: readonly TableOutput[], open: boolean): boolean {
  const lines = block.split("\n");
  const first = lines[0] ?? "";
  if (first.startsWith("|")) return (open && lines.length === 1) || tables.some((table) => isGridOf(first, table));
  if (tables.some((table) => isOriginOf(block, table, open))) return true;
  if (/^\d+ of \d+ rows\.$/.test(block) || (open && /^\d+ ?[of]* ?\d* ?[rows.]*$/.test(block))) return true;
  return repeatsWarnings(lines, tables.flatMap((table) => table.warnings), open);
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
