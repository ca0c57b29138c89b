import { ChartNoAxesColumn, History, MessageSquareText, Plug, Settings, Target, ShieldCheck, SquarePen } from "lucide-react";
import { Link, NavLink } from "react-router";
import { useUser } from "@/api/session";
import { cx } from "@/ui/cx";
import { EngineNote } from "./engine-note";
import { ThreadList } from "./thread-list";
import { UserMenu } from "./user-menu";

export const PLACES = [
  { to: "/chat", label: "Chat", icon: MessageSquareText },
  { to: "/approvals", label: "Approvals", icon: ShieldCheck },
  { to: "/timeline", label: "Timeline", icon: History },
  { to: "/campaigns", label: "Campaigns", icon: ChartNoAxesColumn },
  { to: "/track-record", label: "Track record", icon: Target },
  { to: "/connections", label: "Connections", icon: Plug },
  { to: "/settings", label: "Settings", icon: Settings },
] as const;

/** What a phone's tab bar has room for; the rest is in the menu. */
const IN_MENU: readonly string[] = ["/settings", "/track-record"];
export const TABS = PLACES.filter(({ to }) => !IN_MENU.includes(to));

export function Brand() {
  const { tenant } = useUser();
  return (
    <div className="flex min-w-0 items-center gap-2.5">
      <img src="/mark.svg" alt="" width="28" height="28" className="size-7 shrink-0" />
      <div className="min-w-0 leading-tight">
        <p className="text-base font-semibold tracking-tight">OmniFy</p>
        <p className="truncate text-xs text-ink-3">{tenant.name}</p>
      </div>
    </div>
  );
}

/** How many things at a place want to be looked at. */
export type Counts = Partial<Record<(typeof PLACES)[number]["to"], { count: number; words: string }>>;

export function Sidebar({ counts }: { counts: Counts }) {
  return (
    <div className="flex min-h-0 w-full flex-col">
      <div className="flex h-[60px] items-center px-4">
        <Brand />
        <Link
          to="/chat"
          aria-label="New chat"
          title="New chat"
          className="ml-auto grid size-8 place-items-center rounded-lg text-ink-2 hover:bg-hover hover:text-ink"
        >
          <SquarePen aria-hidden className="size-4" />
        </Link>
      </div>
      <nav aria-label="Main" className="flex flex-col gap-0.5 px-2 pt-1 pb-2">
        {PLACES.map(({ to, label, icon: Icon }) => (
          <NavLink
            key={to}
            to={to}
            className={({ isActive }) =>
              cx(
                "flex h-8 items-center gap-2.5 rounded-lg px-2 text-sm pointer-coarse:h-11",
                isActive ? "bg-hover font-semibold text-ink" : "text-ink-2 hover:bg-hover hover:text-ink",
              )
            }
          >
            <Icon aria-hidden className="size-4" />
            {label}
            <Count {...(counts[to] ?? NOTHING)} />
          </NavLink>
        ))}
      </nav>
      <ThreadList />
      <div className="mt-auto border-t border-line p-2">
        <EngineNote />
        <UserMenu />
      </div>
    </div>
  );
}

const NOTHING = { count: 0, words: "" };

function Count({ count, words }: { count: number; words: string }) {
  if (count === 0) return null;
  return (
    <span className="ml-auto grid h-5 min-w-5 place-items-center rounded-full bg-accent px-1.5 text-2xs font-semibold text-on-accent">
      {count}
      <span className="sr-only"> {words}</span>
    </span>
  );
}
