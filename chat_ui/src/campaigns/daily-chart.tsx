import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Performance } from "@/api/types";
import { day, missing } from "@/fmt";
import { Bars } from "./bars";
import { metricOf, type MetricKey, type Point, pointsOf } from "./metrics";

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
  const points = pointsOf(performance, metric);
  const within = (index: number) => Math.min(points.length - 1, Math.max(0, index));
  const words = (value: number) => metric.words(value, performance.campaign.spend.currency);

  const onKey = (event: KeyboardEvent) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    event.preventDefault();
    setAt((now) => within((now ?? points.length) + move));
  };
  const onPointer = (event: PointerEvent<SVGSVGElement>, dayAt: (x: number) => number) => {
    setAt(within(dayAt(event.clientX - event.currentTarget.getBoundingClientRect().left)));
  };

  return (
    <div ref={box}>
      <Readout point={at === null ? undefined : points[at]} words={words} />
      {/* A group that takes arrow keys: each day would be too many stops. */}
      <div role="group" tabIndex={0} onKeyDown={onKey} aria-label={`${metric.label} by day; arrow keys read single days`}>
        <Bars points={points} width={width} at={at} onPointer={onPointer} onLeave={() => setAt(null)} />
      </div>
    </div>
  );
}

function Readout({ point, words }: { point: Point | undefined; words: (value: number) => string }) {
  return (
    <p aria-live="polite" className="mb-1 h-5 text-xs text-ink-2">
      {point ? (
        <>
          {day(point.day)}: <span className="font-semibold text-ink">{point.value === null ? missing : words(point.value)}</span>
          {point.partial && " so far, the day is still running"}
          {point.value === null && " (no delivery)"}
        </>
      ) : (
        <span className="text-ink-3">Point at a day or use ← → to read it</span>
      )}
    </p>
  );
}

function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(560);
  useEffect(() => {
    if (!box.current) return;
    const watcher = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [box]);
  return width;
}
