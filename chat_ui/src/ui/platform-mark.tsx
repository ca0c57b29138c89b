import type { Platform } from "@/api/types";
import { platformName } from "@/fmt";

const COLORS: Partial<Record<Platform, string>> = { google: "var(--google)", meta: "var(--meta)" };

/** A platform's initial in its color; the name stands beside it or is spoken. */
export function PlatformMark({ platform, named = false }: { platform: Platform; named?: boolean }) {
  const name = platformName(platform);
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap" title={named ? undefined : name}>
      <svg viewBox="0 0 16 16" className="size-4 shrink-0" role={named ? undefined : "img"} aria-label={named ? undefined : name} aria-hidden={named || undefined}>
        <rect width="16" height="16" rx="4.5" fill={COLORS[platform] ?? "var(--ink-3)"} opacity="0.16" />
        <text x="8" y="11.6" textAnchor="middle" fontSize="10" fontWeight="700" fill={COLORS[platform] ?? "var(--ink-2)"}>
          {name.charAt(0)}
        </text>
      </svg>
      {named && name}
    </span>
  );
}
