import { Clock } from "lucide-react";
import { timeLeft } from "@/fmt";
import { useServerNow } from "@/ui/server-now";
import { cx } from "@/ui/cx";

const SOON_MS = 5 * 60_000;

export function Expiry({ at }: { at: string }) {
  const now = useServerNow();
  const left = timeLeft(at, now);
  const soon = Date.parse(at) - now < SOON_MS;
  return (
    <span className={cx("inline-flex items-center gap-1 text-xs tabular-nums", soon ? "text-bad" : "text-ink-3")}>
      <Clock aria-hidden className="size-3.5" />
      {left ? `expires in ${left}` : "has just expired"}
    </span>
  );
}
