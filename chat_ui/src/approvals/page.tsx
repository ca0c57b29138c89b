import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Inbox } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { approvalsQuery } from "@/api/approvals";
import { Button } from "@/ui/button";
import { cx } from "@/ui/cx";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { ProblemNote } from "@/ui/problem-note";
import { AuditChip } from "./audit-chip";
import type { DecisionMode } from "./decision";
import { FILTERS, filterOf, type InboxFilter } from "./filters";
import { InboxList } from "./inbox-list";
import { KeyHints, useKeysOn } from "./key-hints";
import { LiveApproval } from "./live-card";
import { useInboxKeys } from "./use-inbox-keys";

export function ApprovalsPage() {
  const [params, setParams] = useSearchParams();
  const filter = filterOf(params.get("show"));
  const inbox = useQuery(approvalsQuery(filter.statuses));
  const items = inbox.data ?? [];
  const openId = params.get("open");
  const shownId = openId ?? items[0]?.id ?? null;
  const [asked, setAsked] = useState<{ id: string; mode: DecisionMode } | null>(null);
  const mode = asked && asked.id === shownId ? asked.mode : "rest";

  const open = (id: string | null) => {
    setParams(
      (now) => {
        if (id) now.set("open", id);
        else now.delete("open");
        return now;
      },
      { replace: true },
    );
  };
  const ask = (wanted: DecisionMode) => shownId && setAsked({ id: shownId, mode: wanted });
  useInboxKeys({ items, shownId, active: useKeysOn(), onOpen: open, onAsk: ask });

  return (
    <Page title="Approvals" note={<span className="max-sm:hidden">Nothing changes on a platform before a person says yes here or in the chat.</span>} actions={<AuditChip />}>
      <InboxBar className={cx(openId && "max-md:hidden")} filter={filter} onFilter={(key) => setParams(key === "waiting" ? {} : { show: key })} />
      {inbox.isError ? (
        <ProblemNote className="m-4" failed="The approvals could not be loaded" error={inbox.error} onRetry={() => void inbox.refetch()} />
      ) : inbox.isPending ? (
        <div aria-hidden className="m-6 h-48 skeleton" />
      ) : items.length === 0 && !openId ? (
        <Empty icon={<Inbox />} title={filter.empty}>
          {filter.key === "waiting" && "Ask for a change in the chat and it will stand here for a decision."}
        </Empty>
      ) : (
        <div className="flex min-h-0 flex-1">
          <InboxList items={items} shownId={shownId} onOpen={open} className={cx(openId && "max-md:hidden")} />
          <div tabIndex={0} role="region" aria-label="The selected change" className={cx("scrollbar-thin min-w-0 flex-1 overflow-y-auto p-4 outline-offset-[-2px] md:p-6", !openId && "max-md:hidden")}>
            <Button size="sm" kind="quiet" className="mb-2 -ml-2 md:hidden" onClick={() => open(null)}>
              <ArrowLeft aria-hidden className="size-4" /> All approvals
            </Button>
            <div className="mx-auto max-w-[760px]">
              {shownId && <LiveApproval key={shownId} id={shownId} mode={mode} onMode={ask} />}
            </div>
          </div>
        </div>
      )}
    </Page>
  );
}

interface BarProps {
  filter: InboxFilter;
  onFilter: (key: string) => void;
  className: string;
}

function InboxBar({ filter, onFilter, className }: BarProps) {
  return (
    <div className={cx("flex items-center gap-3 border-b border-line px-4 py-2 md:px-6", className)}>
      <div role="group" aria-label="Show" className="flex gap-1">
        {FILTERS.map(({ key, label }) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === filter.key}
            onClick={() => onFilter(key)}
            className="h-7.5 rounded-lg px-2.5 text-xs font-medium text-ink-2 hover:bg-hover aria-pressed:bg-hover aria-pressed:text-ink pointer-coarse:h-11"
          >
            {label}
          </button>
        ))}
      </div>
      <KeyHints />
    </div>
  );
}
