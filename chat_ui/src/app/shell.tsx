import { useQuery } from "@tanstack/react-query";
import { Menu, OctagonPause, SquarePen } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { Link, NavLink, Outlet, useLocation } from "react-router";
import { approvalsQuery, WAITING } from "@/api/approvals";
import { useStatus } from "@/api/session";
import { unseenQuery } from "@/api/timeline";
import { cx } from "@/ui/cx";
import { useTitleBadge } from "@/ui/page";
import { Brand, type Counts, Sidebar, TABS } from "./sidebar";

export function Shell() {
  const waiting = useQuery(approvalsQuery(WAITING)).data?.length ?? 0;
  const unseen = useQuery(unseenQuery).data ?? 0;
  const stopped = useStatus()?.applying_stopped ?? false;
  const counts: Counts = {
    "/approvals": { count: waiting, words: "waiting for approval" },
    "/timeline": { count: unseen, words: "new on the timeline" },
  };
  useTitleBadge(waiting);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a href="#main" className="sr-only z-50 rounded-lg bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to content
      </a>
      <aside className="hidden w-[252px] shrink-0 border-r border-line bg-sunken md:flex" aria-label="Navigation">
        <Sidebar counts={counts} />
      </aside>
      <PhoneBar counts={counts} />
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col">
        {stopped && <StoppedBanner />}
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </main>
      <PhoneTabs counts={counts} />
    </div>
  );
}

function StoppedBanner() {
  return (
    <p role="status" className="flex items-center gap-2 border-b border-line bg-warn-soft px-4 py-2 text-sm text-warn md:px-6">
      <OctagonPause aria-hidden className="size-4 shrink-0" />
      Applying is stopped: approved changes wait until it is switched on again under Connections.
    </p>
  );
}

function PhoneBar({ counts }: { counts: Counts }) {
  const [openAt, setOpenAt] = useState<string | null>(null);
  const { key } = useLocation();
  // Going anywhere closes the sheet: it belongs to the place where it was opened.
  const open = openAt === key;
  return (
    <header className="flex h-13 items-center gap-2 border-b border-line bg-sunken px-2 md:hidden">
      <Dialog.Root open={open} onOpenChange={(wanted) => setOpenAt(wanted ? key : null)}>
        <Dialog.Trigger aria-label="Conversations and settings" className="grid size-11 place-items-center rounded-lg hover:bg-hover">
          <Menu aria-hidden className="size-5" />
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-black/40" />
          <Dialog.Content aria-describedby={undefined} className="animate-sheet fixed inset-y-0 left-0 z-50 flex w-[288px] max-w-[86vw] bg-sunken shadow-card outline-none">
            <Dialog.Title className="sr-only">Navigation</Dialog.Title>
            <Sidebar counts={counts} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Brand />
      <Link to="/chat" aria-label="New chat" className="ml-auto grid size-11 place-items-center rounded-lg hover:bg-hover">
        <SquarePen aria-hidden className="size-5" />
      </Link>
    </header>
  );
}

function PhoneTabs({ counts }: { counts: Counts }) {
  return (
    <nav aria-label="Places" className="grid grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden">
      {TABS.map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          to={to}
          className={({ isActive }) =>
            cx("flex h-13 flex-col items-center justify-center gap-0.5 text-2xs", isActive ? "font-semibold text-accent-ink" : "text-ink-2")
          }
        >
          <span className="relative">
            <Icon aria-hidden className="size-5" />
            <Mark {...counts[to]} />
          </span>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}

function Mark({ count = 0, words = "" }: { count?: number; words?: string }) {
  if (count === 0) return null;
  return (
    <span className="absolute -top-1 left-3 grid h-4 min-w-4 place-items-center rounded-full bg-bad-solid px-1 text-[0.625rem] font-semibold text-white">
      {count}
      <span className="sr-only"> {words}</span>
    </span>
  );
}
