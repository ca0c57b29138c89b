import type { PointerEvent } from "react";
import { countCompact, dayBrief } from "@/fmt";
import { axisTicks, type Point } from "./metrics";

const HEIGHT = 220;
const PAD = { top: 8, right: 2, bottom: 22, left: 44 };
const LABEL_PX = 72;

interface Props {
  points: readonly Point[];
  width: number;
  /** The day that is being read. */
  at: number | null;
  onPointer: (event: PointerEvent<SVGSVGElement>, dayAt: (x: number) => number) => void;
  onLeave: () => void;
}

export function Bars({ points, width, at, onPointer, onLeave }: Props) {
  const ticks = axisTicks(Math.max(0, ...points.map((point) => point.value ?? 0)));
  const top = ticks.at(-1) || 1;
  const inner = { width: Math.max(width - PAD.left - PAD.right, 10), height: HEIGHT - PAD.top - PAD.bottom };
  const step = inner.width / points.length;
  const y = (value: number) => PAD.top + inner.height * (1 - value / top);
  const labelEvery = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(inner.width / LABEL_PX))));
  return (
    <svg
      width={width}
      height={HEIGHT}
      aria-hidden
      onPointerMove={(event) => onPointer(event, (x) => Math.floor((x - PAD.left) / step))}
      onPointerLeave={onLeave}
      className="block touch-pan-y"
    >
      {ticks.map((tick) => (
        <Tick key={tick} value={tick} y={y(tick)} width={width} />
      ))}
      {points.map((point, index) => {
        const x = PAD.left + index * step;
        const barTop = y(point.value ?? 0);
        return (
          <g key={point.day}>
            {index === at && <rect x={x} y={PAD.top} width={step} height={inner.height} fill="var(--hover)" />}
            <rect
              x={x + step * 0.12}
              width={Math.max(step * 0.76, 1)}
              y={barTop}
              height={y(0) - barTop}
              rx={Math.min(2.5, step / 4)}
              fill="var(--bar)"
              opacity={point.partial ? 0.45 : 1}
            />
            {index % labelEvery === 0 && (
              <text x={x + step / 2} y={HEIGHT - 6} textAnchor={index === 0 ? "start" : "middle"} fontSize="10.5" fill="var(--ink-3)">
                {dayBrief(point.day)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function Tick({ value, y, width }: { value: number; y: number; width: number }) {
  return (
    <g>
      <line x1={PAD.left} x2={width - PAD.right} y1={y} y2={y} stroke="var(--line)" />
      <text x={PAD.left - 8} y={y + 3.5} textAnchor="end" fontSize="10.5" fill="var(--ink-3)">
        {countCompact(value)}
      </text>
    </g>
  );
}
