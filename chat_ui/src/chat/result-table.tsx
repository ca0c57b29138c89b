import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { cell, moneyIn, numeralOf, windowWords } from "@/fmt";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import type { OutputColumn, TableOutput, TableRow } from "./tool-output";

const SHOWN = 8;
const NUMERIC = new Set(["money", "count", "share", "ratio", "days"]);

function isNumeric(column: OutputColumn, rows: TableOutput["rows"]): boolean {
  if (NUMERIC.has(column.unit)) return true;
  const values = rows.map((row) => row[column.key]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => numeralOf(value) !== null || (typeof value === "string" && moneyIn(value) !== null));
}

const UNIT_NOTES: Record<string, string> = { share: "%", ratio: "×", days: "days" };

/** A tool's table as a table: exact figures with their unit, window, source and warnings. */
export function ResultTable({ table }: { table: TableOutput }) {
  const [all, setAll] = useState(false);
  const rows = all ? table.rows : table.rows.slice(0, SHOWN);
  const columns = readable(table.columns);
  const numeric = new Set(columns.filter((column) => isNumeric(column, table.rows)).map((column) => column.key));
  const hidden = table.rows.length - rows.length;
  return (
    <figure className="overflow-hidden rounded-xl border border-line bg-surface">
      <figcaption className="flex flex-wrap items-baseline gap-x-3 px-3.5 pt-2.5 pb-2">
        <span className="text-sm font-semibold">{table.title}</span>
        {table.window && <span className="text-xs text-ink-3">{windowWords(table.window)}</span>}
      </figcaption>
      {table.columns.length > 0 && table.rows.length > 0 && (
        // Focusable, so that a keyboard can scroll a table wider than the screen.
        <div tabIndex={0} role="region" aria-label={table.title} className="scrollbar-thin scroll-shade-x relative overflow-x-auto border-t border-line">
          <table className="w-full text-sm">
            <thead>
              <tr className="text-left text-xs text-ink-3">
                {columns.map((column) => (
                  <th key={column.key} scope="col" className={cx("px-3 py-1.5 font-medium whitespace-nowrap first:pl-3.5", numeric.has(column.key) && "text-right")}>
                    {column.label}
                    {UNIT_NOTES[column.unit] && <span className="sr-only"> in {UNIT_NOTES[column.unit]}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index} className="border-t border-line">
                  {columns.map((column) => (
                    <Cell key={column.key} column={column} row={row} numeric={numeric.has(column.key)} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {table.rows.length === 0 && <p className="border-t border-line px-3.5 py-2.5 text-sm text-ink-2">{table.headline || "Nothing to show."}</p>}
      {hidden > 0 && (
        <div className="border-t border-line px-2 py-1">
          <Button size="sm" kind="quiet" onClick={() => setAll(true)}>
            Show all {table.rows.length} rows
          </Button>
        </div>
      )}
      <TableNotes table={table} />
    </figure>
  );
}

/** Without the ids of things that stand there by name: the name's tooltip has them, the call's disclosure too. */
function readable(columns: readonly OutputColumn[]): OutputColumn[] {
  const named = columns.some((column) => column.untrusted);
  return named ? columns.filter((column) => column.unit !== "id") : [...columns];
}

const idOf = (column: OutputColumn, row: TableRow): string | undefined => {
  const id = row[`${column.key}_id`];
  return typeof id === "string" ? id : undefined;
};

function Cell({ column, row, numeric }: { column: OutputColumn; row: TableRow; numeric: boolean }) {
  const text = cell(row[column.key], column.unit);
  return (
    <td
      title={numeric ? undefined : [text, idOf(column, row)].filter(Boolean).join(" · ")}
      className={cx(
        "px-3 py-1.5 whitespace-nowrap first:pl-3.5",
        numeric ? "text-right" : "max-w-[18rem] truncate normal-nums",
        column.unit === "id" && "font-mono text-xs text-ink-3",
      )}
    >
      {text}
    </td>
  );
}

function TableNotes({ table }: { table: TableOutput }) {
  const more = table.total_rows > table.rows.length ? `${table.rows.length} of ${table.total_rows} rows` : "";
  const facts = [more, table.source, table.freshness].filter(Boolean);
  if (facts.length === 0 && table.warnings.length === 0) return null;
  return (
    <div className="space-y-1 border-t border-line bg-sunken px-3.5 py-2 text-xs text-ink-3">
      {table.warnings.map((warning) => (
        <p key={warning} className="flex gap-1.5 text-warn">
          <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" /> {warning}
        </p>
      ))}
      {facts.length > 0 && <p>{facts.join(" · ")}</p>}
    </div>
  );
}
