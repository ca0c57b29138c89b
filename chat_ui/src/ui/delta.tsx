import { delta, missing } from "@/fmt";
import { cx } from "./cx";

const TONES = { good: "text-good", bad: "text-bad", flat: "text-ink-3" } as const;

interface Props {
  share: number | null;
  goodWhen: "up" | "down" | "neither";
  /** What it is compared with, e.g. "vs previous 30 days". */
  against: string;
}

export function DeltaText({ share, goodWhen, against }: Props) {
  const change = delta(share, goodWhen);
  if (!change) return <span className="text-ink-3" title={`No comparison ${against}`}>{missing}</span>;
  return (
    <span className={cx("text-xs whitespace-nowrap", TONES[change.tone])} title={`${change.spoken} ${against}`}>
      <span aria-hidden>
        <span className="text-[0.6em] align-[0.15em]">{change.arrow}</span> {change.text}
      </span>
      <span className="sr-only">{change.spoken} {against}</span>
    </span>
  );
}
