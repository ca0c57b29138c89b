import { type SortingState, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, type RefObject, useMemo, useRef } from "react";
import type { Campaign } from "@/api/types";
import { dayRange } from "@/fmt";
import { cx } from "@/ui/cx";
import { Sparkline } from "@/ui/sparkline";
import { campaignColumns, features, LOOKS } from "./columns";
import { totalsByCurrency } from "./totals";

const ROW_PX = 38;
// Fewer rows are cheaper all at once, and the browser's own search finds them.
const VIRTUAL_FROM = 150;

interface Props {
  campaigns: Campaign[];
  days: number;
  sort: string;
  descending: boolean;
  openId: string | null;
  onSort: (key: string, descending: boolean) => void;
  onOpen: (id: string) => void;
}

function useCampaignTable({ campaigns, days, sort, descending, onSort, onOpen }: Props) {
  const columns = useMemo(() => {
    const max = Math.max(0, ...campaigns.flatMap((campaign) => campaign.spark_spend));
    const spark = (campaign: Campaign) => <Sparkline values={campaign.spark_spend} max={max} label={sparkWords(campaign)} />;
    return campaignColumns({ days, spark, onOpen });
  }, [campaigns, days, onOpen]);
  const sorting: SortingState = useMemo(() => [{ id: sort, desc: descending }], [sort, descending]);
  return useTable({
    features,
    columns,
    data: campaigns,
    state: { sorting },
    getRowId: (row) => row.id,
    enableSortingRemoval: false,
    enableMultiSort: false,
    onSortingChange: (updater) => {
      const [next] = typeof updater === "function" ? updater(sorting) : updater;
      if (next) onSort(next.id, next.desc);
    },
  });
}

export function CampaignTable(props: Props) {
  const { campaigns, openId } = props;
  const box = useRef<HTMLDivElement>(null);
  const table = useCampaignTable(props);
  const rows = table.getRowModel().rows;
  const part = useVisiblePart(rows.length, box);
  const visible = rows.slice(part.from, part.to);

  return (
    <div ref={box} tabIndex={0} role="region" aria-label="Campaigns" className="scrollbar-thin relative min-h-0 flex-1 overflow-auto -outline-offset-2">
      <table className="w-full border-separate border-spacing-0 text-sm" aria-rowcount={rows.length + 1}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <HeaderCell
                  key={header.id}
                  id={header.column.id}
                  sorted={header.column.getIsSorted()}
                  onSort={header.column.getCanSort() ? header.column.getToggleSortingHandler() : undefined}
                >
                  <table.FlexRender header={header} />
                </HeaderCell>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {part.above > 0 && <tr aria-hidden style={{ height: part.above }} />}
          {visible.map((row) => (
            <tr key={row.id} data-campaign={row.id} className={cx("group", row.id === openId && "[&>td]:bg-accent-soft")}>
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={cellClass(cell.column.id)}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
          {part.below > 0 && <tr aria-hidden style={{ height: part.below }} />}
        </tbody>
        <TotalsRows campaigns={campaigns} columnIds={table.getAllLeafColumns().map((column) => column.id)} />
      </table>
    </div>
  );
}

/** The rows on the screen and the space for those above and below; all of them while there are few. */
function useVisiblePart(count: number, box: RefObject<HTMLElement | null>) {
  const enabled = count >= VIRTUAL_FROM;
  // eslint-disable-next-line react-hooks/incompatible-library -- its answers stay within this hook
  const virtualizer = useVirtualizer({
    count,
    enabled,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  if (!enabled) return { from: 0, to: count, above: 0, below: 0 };
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  return {
    from: first?.index ?? 0,
    to: (last?.index ?? -1) + 1,
    above: first?.start ?? 0,
    below: virtualizer.getTotalSize() - (last?.end ?? 0),
  };
}

const STICKY = "sticky left-0 z-10 w-64 max-w-[min(20rem,48vw)] min-w-40 border-r border-r-line";

function cellClass(id: string): string {
  const look = LOOKS[id];
  return cx(
    "h-[38px] border-b border-line bg-surface px-3 whitespace-nowrap group-hover:bg-hover",
    look?.align === "right" && "text-right",
    look?.narrow && "pl-0 text-left",
    id === "name" && STICKY,
  );
}

interface HeaderProps {
  id: string;
  sorted: false | "asc" | "desc";
  onSort: ((event: unknown) => void) | undefined;
  children: ReactNode;
}

function HeaderCell({ id, sorted, onSort, children }: HeaderProps) {
  const look = LOOKS[id];
  const Arrow = sorted === "asc" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : undefined}
      className={cx(
        "sticky top-0 z-20 border-b border-line-strong bg-sunken px-3 text-left text-xs font-medium whitespace-nowrap text-ink-2",
        look?.align === "right" && "text-right",
        look?.narrow && "pl-0",
        id === "name" && "left-0 z-30 border-r border-r-line",
      )}
    >
      {onSort ? (
        <button type="button" onClick={onSort} title={look?.meaning} className="inline-flex h-9 items-center gap-1 hover:text-ink pointer-coarse:h-11">
          {children}
          {sorted && <Arrow aria-hidden className="size-3" />}
        </button>
      ) : (
        <span className="inline-flex h-9 items-center">{children}</span>
      )}
    </th>
  );
}

function TotalsRows({ campaigns, columnIds }: { campaigns: readonly Campaign[]; columnIds: string[] }) {
  const totals = useMemo(() => totalsByCurrency(campaigns), [campaigns]);
  return (
    <tfoot>
      {totals.map((total) => (
        <tr key={total.currency}>
          {columnIds.map((id, index) => {
            const style = cx(cellClass(id), "sticky bottom-0 border-t border-b-0 border-t-line-strong bg-sunken font-semibold group-hover:bg-sunken");
            const content = LOOKS[id]?.total?.(total);
            return index === 0 ? (
              <th key={id} scope="row" className={cx(style, "z-20 text-left")}>
                {content}
              </th>
            ) : (
              <td key={id} className={style}>
                {content}
              </td>
            );
          })}
        </tr>
      ))}
    </tfoot>
  );
}

function sparkWords(campaign: Campaign): string {
  const [first, last] = [campaign.spark_days[0], campaign.spark_days.at(-1)];
  if (!first || !last) return "No daily figures";
  const peak = Math.max(...campaign.spark_spend);
  const peakDay = campaign.spark_days[campaign.spark_spend.indexOf(peak)] ?? last;
  return `Daily spend ${dayRange(first, last)}, highest ${Math.round(peak)} on ${peakDay}`;
}
