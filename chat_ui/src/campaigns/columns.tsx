import { createColumnHelper, createSortedRowModel, rowSortingFeature, tableFeatures } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { Campaign } from "@/api/types";
import { count, decimal, missing, money, moneyMeasured, percent, sentence, times, toNumber } from "@/fmt";
import { cx } from "@/ui/cx";
import { DeltaText } from "@/ui/delta";
import { PlatformMark } from "@/ui/platform-mark";
import type { Totals } from "./totals";

export const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const helper = createColumnHelper<typeof features, Campaign>();

/** What a column needs beyond its value: how it stands, what it means, and its total. */
export interface Look {
  align?: "right";
  meaning?: string;
  total?: (totals: Totals) => ReactNode;
  narrow?: boolean;
}

export const LOOKS: Record<string, Look> = {
  name: { total: (totals) => `${totals.campaigns} campaigns, ${totals.currency}` },
  status: {},
  daily_budget: {
    align: "right",
    meaning: "What the platform is told to spend on an average day.",
    total: (t) => <BudgetTotal totals={t} />,
  },
  spend: { align: "right", meaning: "What the platform charged.", total: (t) => money(t.spend) },
  spend_change: { narrow: true },
  spark: {},
  conversions: { align: "right", meaning: "As the platform attributes them.", total: (t) => decimal(t.conversions, 1) },
  conversions_change: { narrow: true },
  cpa: { align: "right", meaning: "Spend per conversion.", total: (t) => (t.cpa === null ? missing : moneyMeasured(t.cpa, t.currency)) },
  cpa_change: { narrow: true },
  revenue: { align: "right", meaning: "Conversion value as the platform reports it.", total: (t) => money(t.revenue) },
  roas: { align: "right", meaning: "Revenue per unit of spend.", total: (t) => times(t.roas) },
  ctr: { align: "right", meaning: "Clicks per impression.", total: (t) => percent(t.ctr, 2) },
  cpc: { align: "right", meaning: "Spend per click.", total: (t) => (t.cpc === null ? missing : moneyMeasured(t.cpc, t.currency)) },
  clicks: { align: "right", total: (t) => count(t.clicks) },
  impressions: { align: "right", total: (t) => count(t.impressions) },
};

/** Missing values go last, whichever way: undefined is what the table knows as missing. */
const orLast = (value: number | null): number | undefined => value ?? undefined;

interface Options {
  days: number;
  spark: (campaign: Campaign) => ReactNode;
  onOpen: (id: string) => void;
}

export function campaignColumns({ days, spark, onOpen }: Options) {
  const against = `vs previous ${days} days`;
  const change = (key: "spend_change" | "conversions_change" | "cpa_change", goodWhen: "up" | "down" | "neither", of: string) =>
    helper.accessor((row) => orLast(row[key]), {
      id: key,
      header: () => (
        <span title={`Change of ${of} ${against}`}>
          <span aria-hidden>vs prev.</span>
          <span className="sr-only">
            Change of {of} {against}
          </span>
        </span>
      ),
      sortUndefined: "last",
      cell: ({ row }) => <DeltaText share={row.original[key]} goodWhen={goodWhen} against={against} />,
    });
  return helper.columns([
    helper.accessor((row) => row.name.toLowerCase(), {
      id: "name",
      header: "Campaign",
      cell: ({ row }) => <NameCell campaign={row.original} onOpen={onOpen} />,
    }),
    helper.accessor("status", { header: "Status", cell: ({ getValue }) => <StatusBadge status={getValue()} /> }),
    helper.accessor((row) => (row.daily_budget ? toNumber(row.daily_budget) : undefined), {
      id: "daily_budget",
      header: "Daily budget",
      sortUndefined: "last",
      cell: ({ row }) => <BudgetCell campaign={row.original} />,
    }),
    helper.accessor((row) => toNumber(row.spend), { id: "spend", header: "Spend", cell: ({ row }) => money(row.original.spend) }),
    change("spend_change", "neither", "spend"),
    helper.display({ id: "spark", header: "Spend a day", cell: ({ row }) => spark(row.original) }),
    helper.accessor("conversions", { header: "Conv.", cell: ({ getValue }) => decimal(getValue(), 1) }),
    change("conversions_change", "up", "conversions"),
    helper.accessor((row) => (row.cpa ? toNumber(row.cpa) : undefined), {
      id: "cpa",
      header: "CPA",
      sortUndefined: "last",
      cell: ({ row }) => (row.original.cpa ? money(row.original.cpa) : <Missing why="no conversions in this window" />),
    }),
    change("cpa_change", "down", "CPA"),
    helper.accessor((row) => toNumber(row.revenue), { id: "revenue", header: "Revenue", cell: ({ row }) => money(row.original.revenue) }),
    helper.accessor((row) => orLast(row.roas), {
      id: "roas",
      header: "ROAS",
      sortUndefined: "last",
      cell: ({ row }) => (row.original.roas === null ? <Missing why="no spend in this window" /> : times(row.original.roas)),
    }),
    helper.accessor((row) => orLast(row.ctr), { id: "ctr", header: "CTR", sortUndefined: "last", cell: ({ row }) => percent(row.original.ctr, 2) }),
    helper.accessor((row) => (row.cpc ? toNumber(row.cpc) : undefined), {
      id: "cpc",
      header: "CPC",
      sortUndefined: "last",
      cell: ({ row }) => (row.original.cpc ? money(row.original.cpc) : <Missing why="no clicks in this window" />),
    }),
    helper.accessor("clicks", { header: "Clicks", cell: ({ getValue }) => count(getValue()) }),
    helper.accessor("impressions", { header: "Impr.", cell: ({ getValue }) => count(getValue()) }),
  ]);
}

const Missing = ({ why }: { why: string }) => (
  <span className="text-ink-3" title={why}>
    {missing}
    <span className="sr-only"> {why}</span>
  </span>
);

function NameCell({ campaign, onOpen }: { campaign: Campaign; onOpen: (id: string) => void }) {
  return (
    <span className="flex min-w-0 items-center gap-2 normal-nums">
      <PlatformMark platform={campaign.platform} />
      <button
        type="button"
        onClick={() => onOpen(campaign.id)}
        title={campaign.name}
        className="min-w-0 truncate text-left font-medium hover:text-accent-ink hover:underline pointer-coarse:min-h-11"
      >
        <bdi>{campaign.name}</bdi>
      </button>
    </span>
  );
}

export function StatusBadge({ status }: { status: Campaign["status"] }) {
  const on = status === "enabled";
  return (
    <span className={cx("inline-flex items-center gap-1.5 text-xs", on ? "text-ink-2" : "text-ink-3")}>
      <span aria-hidden className={cx("size-1.5 rounded-full", on ? "bg-good" : "border border-ink-3")} />
      {sentence(status)}
    </span>
  );
}

function BudgetTotal({ totals }: { totals: Totals }) {
  if (!totals.daily_budget) return <Missing why="some campaigns share a budget; adding would count it twice" />;
  return <span title="Budgets of enabled campaigns">{money(totals.daily_budget)}</span>;
}

function BudgetCell({ campaign }: { campaign: Campaign }) {
  if (!campaign.daily_budget) return <Missing why="the budget sits on the ad groups" />;
  return (
    <>
      {campaign.shared_budget && (
        <span className="mr-1.5 text-2xs text-ink-3" title="One budget shared by several campaigns">
          shared
        </span>
      )}
      {money(campaign.daily_budget)}
    </>
  );
}
