import { useEffect, useRef } from "react";
import type { ChangeSet } from "@/api/types";
import { ago, changeTitle, isZero, moneySigned, statusName, timeLeft } from "@/fmt";
import { cx } from "@/ui/cx";
import { PlatformMark } from "@/ui/platform-mark";
import { useServerNow } from "@/ui/server-now";

interface Props {
  items: readonly ChangeSet[];
  shownId: string | null;
  onOpen: (id: string) => void;
  className?: string;
}

export function InboxList({ items, shownId, onOpen, className }: Props) {
  return (
    <ul aria-label="Change sets" className={cx("scrollbar-thin w-full shrink-0 overflow-y-auto md:w-80 md:border-r md:border-line", className)}>
      {items.map((item) => (
        <InboxRow key={item.id} item={item} shown={item.id === shownId} onOpen={onOpen} />
      ))}
    </ul>
  );
}

function InboxRow({ item, shown, onOpen }: { item: ChangeSet; shown: boolean; onOpen: (id: string) => void }) {
  const now = useServerNow();
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (shown) row.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const left = item.status === "proposed" ? timeLeft(item.expires_at, now) : null;
  const platforms = [...new Set(item.legs.map((leg) => leg.platform))];
  return (
    <li className="border-b border-line">
      <button
        ref={row}
        type="button"
        aria-current={shown || undefined}
        onClick={() => onOpen(item.id)}
        className="w-full px-4 py-2.5 text-left -outline-offset-2 hover:bg-hover md:aria-[current=true]:bg-accent-soft"
      >
        <span className="flex items-center gap-2 text-xs text-ink-3">
          {platforms.map((platform) => (
            <PlatformMark key={platform} platform={platform} />
          ))}
          <span>{left ? `expires in ${left}` : statusName(item.status)}</span>
          <span className="ml-auto">{ago(item.created_at, now)}</span>
        </span>
        <span className="mt-1 line-clamp-2 text-sm font-medium">{changeTitle(item)}</span>
        {item.daily_change.length > 0 && (
          <span className="text-xs text-ink-2">{item.daily_change.map((sum) => (isZero(sum) ? "Same total" : moneySigned(sum))).join(" · ")} a day</span>
        )}
      </button>
    </li>
  );
}
