interface Props {
  ratio: number | null;
  low: number | null;
  high: number | null;
  label: string;
}

const FROM = 0.25;
const TO = 1.75;
const x = (value: number): number => ((Math.min(TO, Math.max(FROM, value)) - FROM) / (TO - FROM)) * 160;

/** Error over the naive rule's, with its range; the dashed line at 1 is the rule itself, left of it is better. */
export function RatioPlot({ ratio, low, high, label }: Props) {
  if (ratio === null || low === null || high === null) return null;
  return (
    <svg role="img" aria-label={label} viewBox="0 0 160 12" className="h-3 w-40">
      <line x1="0" x2="160" y1="6" y2="6" stroke="var(--line)" />
      <line x1={x(1)} x2={x(1)} y1="0" y2="12" stroke="var(--ink-3)" strokeDasharray="2 2" />
      <rect x={x(low)} width={Math.max(x(high) - x(low), 2)} y="3" height="6" rx="2" fill="var(--band)" />
      <line x1={x(ratio)} x2={x(ratio)} y1="1" y2="11" stroke="var(--accent)" strokeWidth="2.5" />
    </svg>
  );
}
