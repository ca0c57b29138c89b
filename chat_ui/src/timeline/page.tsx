import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useEffect } from "react";
import { markSeen, timelineQuery, unseenQuery } from "@/api/timeline";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Page } from "@/ui/page";
import { ProblemNote } from "@/ui/problem-note";
import { Entry } from "./entry";
import { Schedule } from "./schedule";

export function TimelinePage() {
  const timeline = useInfiniteQuery(timelineQuery);
  const entries = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  useSeen(entries[0]?.at);
  return (
    <Page title="Timeline" note="What OmniFy did by itself. It can propose; only a person can approve.">
      <div className="scrollbar-thin min-h-0 flex-1 overflow-y-auto p-4 md:p-6">
        <div className="mx-auto max-w-[760px] space-y-5">
          <Schedule />
          {timeline.isError && (
            <ProblemNote failed="The timeline could not be loaded" error={timeline.error} onRetry={() => void timeline.refetch()} />
          )}
          {timeline.isPending && <div aria-hidden className="h-40 skeleton rounded-xl" />}
          {timeline.isSuccess && entries.length === 0 && (
            <Empty icon={<History />} title="Nothing has run yet">
              The first briefing comes at its time, or at once with “Run now”.
            </Empty>
          )}
          <ol aria-label="Entries" className="space-y-3">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
          {timeline.hasNextPage && (
            <Button busy={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
              Earlier entries
            </Button>
          )}
        </div>
      </div>
    </Page>
  );
}

/** What is shown is no longer new. */
function useSeen(newest: string | undefined): void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: markSeen,
    onSuccess: () => void queries.invalidateQueries({ queryKey: unseenQuery.queryKey }),
  });
  useEffect(() => {
    if (newest) mutate(newest);
  }, [newest, mutate]);
}
