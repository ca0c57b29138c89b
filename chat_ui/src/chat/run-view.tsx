import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { runLogQuery } from "@/api/threads";
import type { Run } from "@/api/types";
import { parseLog } from "./events";
import { EMPTY_RUN, reduceAll, type RunState } from "./reducer";
import { RunItems } from "./run-items";
import { isFollowed, streamOf } from "./stream";
import { useRunNews } from "./use-run-news";

/** What the record alone tells, until its log has arrived. */
function fromRecord(run: Run): RunState {
  const agent = run.route.at(-1) ?? "";
  const items = run.reply ? [{ kind: "text" as const, id: run.id, agent, text: run.reply, done: true }] : [];
  return { ...EMPTY_RUN, phase: run.status, agent, items, outcome: run.outcome, error: run.error };
}

interface Props {
  run: Run;
  onAskAgain: (text: string) => void;
}

/** One question and its answer. A run followed live keeps its stream's picture once it is over. */
export function RunView({ run, onAskAgain }: Props) {
  const [live] = useState(() => run.status === "running" || isFollowed(run.id));
  return (
    <article aria-label={run.utterance} className="space-y-4">
      <div className="flex justify-end">
        <p className="max-w-[85%] rounded-2xl rounded-br-md bg-accent-soft px-3.5 py-2 break-words whitespace-pre-wrap">
          {run.utterance}
        </p>
      </div>
      {live ? <LiveRun run={run} onAskAgain={onAskAgain} /> : <PastRun run={run} onAskAgain={onAskAgain} />}
    </article>
  );
}

function LiveRun({ run, onAskAgain }: Props) {
  const stream = streamOf(run.id);
  const { state, link } = useSyncExternalStore(stream.subscribe, stream.snapshot);
  useRunNews(run, state);
  return <RunItems run={run} state={state} link={link} onAskAgain={onAskAgain} />;
}

function PastRun({ run, onAskAgain }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const near = useComesNear(box);
  const log = useQuery({ ...runLogQuery(run.id), enabled: near });
  const state = useMemo(() => {
    const read = log.data ? reduceAll(parseLog(log.data)) : EMPTY_RUN;
    return read.items.length > 0 && read.phase !== "running" ? read : fromRecord(run);
  }, [log.data, run]);
  return (
    <div ref={box}>
      <RunItems run={run} state={state} link="closed" onAskAgain={onAskAgain} />
    </div>
  );
}

/** True from the first time that the element is on the screen or close to it. */
function useComesNear(element: React.RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!element.current || near) return;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), { rootMargin: "600px" });
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, [element, near]);
  return near;
}
