import { useQuery } from "@tanstack/react-query";
import { MessageSquareText, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { useNavigate } from "react-router";
import { performanceQuery } from "@/api/market";
import type { Campaign, Performance } from "@/api/types";
import { writeDraft } from "@/chat/drafts";
import { count, decimal, missing, money, moneyCompact, percent, platformName, sentence, times } from "@/fmt";
import { Button } from "@/ui/button";
import { DeltaText } from "@/ui/delta";
import { PlatformMark } from "@/ui/platform-mark";
import { ProblemNote } from "@/ui/problem-note";
import { StatusBadge } from "./columns";
import { DailyChart } from "./daily-chart";
import { DailyTable } from "./daily-table";
import { METRICS, type MetricKey } from "./metrics";

interface Props {
  id: string;
  days: number;
  row: Campaign | undefined;
  onClose: () => void;
}

export function CampaignDrawer({ id, days, row, onClose }: Props) {
  const query = useQuery(performanceQuery(id, days));
  // The list's row knows the window before; the single read does not.
  const campaign = row ?? query.data?.campaign;
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Content
          aria-describedby={undefined}
          className="animate-drawer scrollbar-thin fixed inset-y-0 right-0 z-50 flex w-full max-w-[620px] flex-col overflow-y-auto border-l border-line bg-canvas shadow-card outline-none"
        >
          <header className="flex items-start gap-3 border-b border-line px-5 py-4">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="text-lg font-semibold tracking-tight break-words">{campaign?.name ?? "Campaign"}</Dialog.Title>
              {campaign && <Facts campaign={campaign} />}
            </div>
            <Dialog.Close asChild>
              <Button kind="quiet" size="icon" aria-label="Close">
                <X aria-hidden className="size-4" />
              </Button>
            </Dialog.Close>
          </header>
          {campaign && <Figures campaign={campaign} days={days} />}
          {query.isError && (
            <ProblemNote className="m-5" failed="The daily figures could not be loaded" error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isPending && <div aria-hidden className="m-5 h-56 skeleton" />}
          {query.data && <Daily performance={query.data} />}
          {campaign && <MoreFigures campaign={campaign} />}
          {campaign && <AskAbout campaign={campaign} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Facts({ campaign }: { campaign: Campaign }) {
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
      <StatusBadge status={campaign.status} />
      <PlatformMark platform={campaign.platform} named />
      {campaign.objective && <span>{sentence(campaign.objective.toLowerCase())}</span>}
      <span className="font-mono text-2xs text-ink-3">{campaign.id}</span>
    </div>
  );
}

function Figures({ campaign, days }: { campaign: Campaign; days: number }) {
  const against = `vs previous ${days} days`;
  return (
    <dl className="grid grid-cols-2 gap-px border-b border-line bg-line sm:grid-cols-4">
      <Figure label="Spend" value={moneyCompact(campaign.spend)} full={money(campaign.spend)}>
        <DeltaText share={campaign.spend_change} goodWhen="neither" against={against} />
      </Figure>
      <Figure label="Conversions" value={decimal(campaign.conversions, 1)}>
        <DeltaText share={campaign.conversions_change} goodWhen="up" against={against} />
      </Figure>
      <Figure label="CPA" value={campaign.cpa ? money(campaign.cpa) : missing}>
        <DeltaText share={campaign.cpa_change} goodWhen="down" against={against} />
      </Figure>
      <Figure label="ROAS" value={times(campaign.roas)}>
        <span className="text-xs text-ink-3">CTR {percent(campaign.ctr, 2)}</span>
      </Figure>
    </dl>
  );
}

function Figure({ label, value, full, children }: { label: string; value: string; full?: string; children: React.ReactNode }) {
  return (
    <div className="bg-surface px-5 py-3">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd title={full} className="text-lg font-semibold tracking-tight">
        {value}
      </dd>
      <dd>{children}</dd>
    </div>
  );
}

function MoreFigures({ campaign }: { campaign: Campaign }) {
  const facts = [
    ["Daily budget", campaign.daily_budget ? money(campaign.daily_budget) : "on the ad groups"],
    ["Shared budget", campaign.shared_budget ? "yes, with other campaigns" : "no"],
    ["Revenue", money(campaign.revenue)],
    ["CPC", campaign.cpc ? money(campaign.cpc) : missing],
    ["Clicks", count(campaign.clicks)],
    ["Impressions", count(campaign.impressions)],
  ] as const;
  return (
    <dl className="mx-5 mb-5 grid gap-x-8 rounded-xl border border-line bg-surface px-4 py-1.5 text-sm sm:grid-cols-2">
      {facts.map(([label, value]) => (
        <div key={label} className="flex justify-between gap-3 py-1.5">
          <dt className="text-ink-3">{label}</dt>
          <dd className="text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Daily({ performance }: { performance: Performance }) {
  const [metric, setMetric] = useState<MetricKey>("spend");
  const [asTable, setAsTable] = useState(false);
  return (
    <section aria-label="Day by day" className="px-5 py-4">
      <div className="mb-3 flex flex-wrap items-center gap-1">
        <div role="group" aria-label="Figure" className="flex flex-wrap gap-1">
          {METRICS.map(({ key, label }) => (
            <button
              key={key}
              type="button"
              aria-pressed={key === metric}
              onClick={() => setMetric(key)}
              className="h-7.5 rounded-lg px-2.5 text-xs font-medium text-ink-2 hover:bg-hover aria-pressed:bg-hover aria-pressed:text-ink pointer-coarse:h-11"
            >
              {label}
            </button>
          ))}
        </div>
        <Button size="sm" kind="quiet" className="ml-auto" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? "Show as chart" : "Show as table"}
        </Button>
      </div>
      {asTable ? <DailyTable performance={performance} /> : <DailyChart performance={performance} metric={metric} />}
    </section>
  );
}

function AskAbout({ campaign }: { campaign: Campaign }) {
  const navigate = useNavigate();
  const ask = () => {
    writeDraft("new", `How is ${campaign.name} on ${platformName(campaign.platform)} doing?`);
    void navigate("/chat");
  };
  return (
    <footer className="mt-auto border-t border-line px-5 py-3">
      <Button size="sm" onClick={ask}>
        <MessageSquareText aria-hidden className="size-3.5" /> Ask about this campaign
      </Button>
    </footer>
  );
}
