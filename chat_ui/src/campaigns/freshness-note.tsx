import type { Freshness } from "@/api/types";
import { ago, percent, platformName } from "@/fmt";
import { cx } from "@/ui/cx";
import { useServerNow } from "@/ui/server-now";

function words(state: Freshness, now: number): string {
  if (state.error) return "import failed";
  if (state.running) return `importing, ${percent(state.share, 0)}`;
  return state.synced_at ? `updated ${ago(state.synced_at, now)}` : "never imported";
}

export function FreshnessNote({ freshness, className }: { freshness: readonly Freshness[]; className?: string }) {
  const now = useServerNow();
  return (
    <ul aria-label="Freshness" className={cx("flex flex-wrap gap-x-3 text-xs text-ink-3", className)}>
      {freshness.map((state) => (
        <li key={state.platform} title={state.error || undefined} className="flex items-center gap-1.5">
          <span
            aria-hidden
            className={cx("size-1.5 rounded-full", state.error ? "bg-bad" : state.running ? "animate-pulse-soft bg-accent" : "bg-good")}
          />
          {platformName(state.platform)} {words(state, now)}
        </li>
      ))}
    </ul>
  );
}
