import { memo } from "react";

const WIDTH = 84;
const HEIGHT = 22;

interface Props {
  values: readonly number[];
  /** The column's maximum: one scale for all rows. */
  max: number;
  label: string;
}

function pathOf(values: readonly number[], max: number): string {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  return values
    .map((value, index) => {
      const y = HEIGHT - 2 - (max > 0 ? value / max : 0) * (HEIGHT - 4);
      return `${index ? "L" : "M"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

export const Sparkline = memo(function Sparkline({ values, max, label }: Props) {
  if (values.length === 0) return <span className="text-ink-3">–</span>;
  const line = pathOf(values, max);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} className="block">
      <path d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill="var(--bar)" opacity="0.12" />
      <path d={line} fill="none" stroke="var(--bar)" strokeWidth="1.4" strokeLinejoin="round" />
    </svg>
  );
});
