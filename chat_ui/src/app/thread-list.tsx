import { useQuery } from "@tanstack/react-query";
import { NavLink } from "react-router";
import { threadsQuery } from "@/api/threads";
import type { Thread } from "@/api/types";
import { threadAge } from "@/fmt";
import { cx } from "@/ui/cx";
import { Button } from "@/ui/button";

function grouped(threads: readonly Thread[]): [string, Thread[]][] {
  const groups = new Map<string, Thread[]>();
  for (const thread of threads) {
    const age = threadAge(thread.updated_at);
    groups.set(age, [...(groups.get(age) ?? []), thread]);
  }
  return [...groups];
}

export function ThreadList() {
  const threads = useQuery(threadsQuery);
  return (
    <nav aria-label="Conversations" className="scrollbar-thin min-h-0 flex-1 overflow-y-auto border-t border-line px-2 py-2">
      {threads.isPending && <ThreadSkeleton />}
      {threads.isError && (
        <div className="px-2 py-2 text-xs text-ink-2">
          The conversations could not be loaded.{" "}
          <Button size="sm" kind="quiet" onClick={() => void threads.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {threads.data?.length === 0 && <p className="px-2 py-1 text-xs text-ink-3">Your conversations will stand here.</p>}
      {grouped(threads.data ?? []).map(([age, items]) => (
        <section key={age} aria-label={age} className="mb-2">
          <h2 className="px-2 pt-1.5 pb-1 text-2xs font-medium text-ink-3">{age}</h2>
          <ul>
            {items.map((thread) => (
              <ThreadLink key={thread.id} thread={thread} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function ThreadLink({ thread }: { thread: Thread }) {
  return (
    <li>
      <NavLink
        to={`/chat/${thread.id}`}
        className={({ isActive }) =>
          cx(
            "flex h-8 items-center gap-2 rounded-lg px-2 text-sm pointer-coarse:h-11",
            isActive ? "bg-hover text-ink" : "text-ink-2 hover:bg-hover hover:text-ink",
          )
        }
      >
        <span className="truncate">{thread.title || "Untitled"}</span>
        {thread.running_run_id && (
          <span className="animate-pulse-soft ml-auto size-1.5 shrink-0 rounded-full bg-accent" title="Answering">
            <span className="sr-only">answering</span>
          </span>
        )}
        {thread.waiting_approvals > 0 && (
          <span className="ml-auto shrink-0 rounded bg-warn-soft px-1 text-2xs font-medium text-warn" title="Waiting for approval">
            {thread.waiting_approvals}
            <span className="sr-only"> waiting for approval</span>
          </span>
        )}
      </NavLink>
    </li>
  );
}

function ThreadSkeleton() {
  return (
    <div className="space-y-2 p-2" aria-hidden>
      {[80, 60, 70].map((width) => (
        <div key={width} className="h-4 skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
