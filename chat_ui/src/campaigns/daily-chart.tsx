import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { Performance } from "@/api/types";
import { countCompact, day, dayBrief, missing } from "@/fmt";
import { axisTicks, metricOf, type MetricKey, pointsOf } from "./metrics";

const HEIGHT = 220;
const PAD = { top: 8, right: 2, bottom: 22, left: 44 };

interface Props {
  performance: Performance;
  metric: MetricKey;
}

/** Bars from zero, one per day; pointer or arrow keys read a day's figure. */
export function DailyChart({ performance, metric: key }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [at, setAt] = useState<number | null>(null);
  const metric = metricOf(key);
  const currency = performance.campaign.spend.currency;
  const points = pointsOf(performance, metric);
  const ticks = axisTicks(Math.max(0, ...points.map((point) => point.value ?? 0)));
  const top = ticks.at(-1) || 1;
  const inner = { width: Math.max(width - PAD.left - PAD.right, 10), height: HEIGHT - PAD.top - PAD.bottom };
  const step = inner.width / points.length;
  const y = (value: number) => PAD.top + inner.height * (1 - value / top);
  const shown = at === null ? null : points[at];

  const onPointer = (event: PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - PAD.left;
    setAt(Math.min(points.length - 1, Math.max(0, Math.floor(x / step))));
  };
  const onKey = (event: KeyboardEvent) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    event.preventDefault();
    setAt((now) => Math.min(points.length - 1, Math.max(0, (now ?? points.length) + move)));
  };
  const words = (value: number | null) => (value === null ? missing : metric.words(value, currency));
  const labelEvery = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(inner.width / 72))));

  return (
    <div ref={box}>
      <p aria-live="polite" className="mb-1 h-5 text-xs text-ink-2">
        {shown ? (
          <>
            {day(shown.day)}: <span className="font-semibold text-ink">{words(shown.value)}</span>
            {shown.partial && " so far, the day is still running"}
            {shown.value === null && " (no delivery)"}
          </>
        ) : (
          <span className="text-ink-3">Point at a day or use ← → to read it</span>
        )}
      </p>
      {/* A group that takes arrow keys: each day would be too many stops. */}
      <div role="group" tabIndex={0} onKeyDown={onKey} aria-label={`${metric.label} by day; arrow keys read single days`}>
        <svg width={width} height={HEIGHT} aria-hidden onPointerMove={onPointer} onPointerLeave={() => setAt(null)} className="block touch-pan-y">
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={PAD.left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
              <text x={PAD.left - 8} y={y(tick) + 3.5} textAnchor="end" fontSize="10.5" fill="var(--ink-3)">
                {countCompact(tick)}
              </text>
            </g>
          ))}
          {points.map((point, index) => {
            const x = PAD.left + index * step;
            const height = ((point.value ?? 0) / top) * inner.height;
            return (
              <g key={point.day}>
                {index === at && <rect x={x} y={PAD.top} width={step} height={inner.height} fill="var(--hover)" />}
                <rect
                  x={x + step * 0.12}
                  width={Math.max(step * 0.76, 1)}
                  y={y(0) - height}
                  height={height}
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
      </div>
    </div>
  );
}

function useWidth(box: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(560);
  useEffect(() => {
    if (!box.current) return;
    const watcher = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [box]);
  return width;
}
