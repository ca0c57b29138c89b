import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarClock, ChevronRight } from "lucide-react";
import { type Job, jobsQuery, planJob, runJob, timelineQuery } from "@/api/timeline";
import { useUser } from "@/api/session";
import { ago } from "@/fmt";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";
import { useServerNow } from "@/ui/server-now";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What runs by itself and when; those who may approve may change it. */
export function Schedule() {
  const jobs = useQuery(jobsQuery);
  const on = jobs.data?.items.filter((job) => job.enabled).length ?? 0;
  if (jobs.isError) {
    return <ProblemNote failed="The schedule could not be loaded" error={jobs.error} onRetry={() => void jobs.refetch()} />;
  }
  return (
    <details className="group rounded-xl border border-line bg-surface">
      <summary className="flex min-h-11 items-center gap-2 px-4 text-sm font-medium">
        <CalendarClock aria-hidden className="size-4 text-ink-3" />
        Schedule
        <span className="font-normal text-ink-3">{jobs.data ? `${on} of ${jobs.data.items.length} on, times in ${jobs.data.time_zone.replaceAll("_", " ")}` : ""}</span>
        <ChevronRight aria-hidden className="ml-auto size-4 text-ink-3 transition-transform group-open:rotate-90" />
      </summary>
      <ul>
        {jobs.data?.items.map((job) => (
          <JobRow key={job.name} job={job} />
        ))}
      </ul>
    </details>
  );
}

function JobRow({ job }: { job: Job }) {
  const queries = useQueryClient();
  const now = useServerNow();
  const { may_approve, role } = useUser();
  const renew = () => {
    void queries.invalidateQueries({ queryKey: jobsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: timelineQuery.queryKey });
  };
  const planning = useMutation({ mutationFn: planJob, onSettled: renew });
  const running = useMutation({ mutationFn: runJob, onSettled: renew });
  const shown = planning.isPending ? planning.variables : job;
  return (
    <li data-job={job.name} className="border-t border-line px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <label className="flex min-w-0 flex-1 basis-56 items-center gap-2.5">
          <input
            type="checkbox"
            className="size-4 accent-(--accent)"
            checked={shown.enabled}
            disabled={!may_approve || planning.isPending}
            onChange={(event) => planning.mutate({ ...job, enabled: event.target.checked })}
          />
          <span className="min-w-0">
            <span className="block font-medium">{job.title}</span>
            <span className="block text-xs text-ink-3">{lastWords(job, now)}</span>
          </span>
        </label>
        <Times job={shown} disabled={!may_approve || planning.isPending} onChange={(times) => planning.mutate({ ...job, times })} />
        <span className="text-xs text-ink-3">{daysWords(job.weekdays)}</span>
        {role !== "viewer" && (
          <Button size="sm" busy={running.isPending} onClick={() => running.mutate(job.name)} aria-label={`Run now: ${job.title}`}>
            Run now
          </Button>
        )}
      </div>
      {planning.isError && <ProblemNote className="mt-2" failed="The schedule was not changed" error={planning.error} />}
      {running.isError && <ProblemNote className="mt-2" failed="It did not run" error={running.error} />}
    </li>
  );
}

function Times({ job, disabled, onChange }: { job: Job; disabled: boolean; onChange: (times: string[]) => void }) {
  return (
    <span className="flex gap-1.5">
      {job.times.map((time, index) => (
        <input
          key={`${time}-${index}`}
          type="time"
          aria-label={`Time ${index + 1} of ${job.title}`}
          defaultValue={time}
          disabled={disabled}
          className="h-8 rounded-lg border border-line-strong bg-surface px-2 text-xs tabular-nums pointer-coarse:h-11"
          onBlur={(event) => {
            const wanted = event.target.value;
            if (wanted && wanted !== time) onChange(job.times.map((old, at) => (at === index ? wanted : old)));
          }}
        />
      ))}
    </span>
  );
}

function lastWords({ last_run }: Job, now: number): string {
  if (!last_run) return "has not run yet";
  const words = { running: "runs since", done: "last ran", failed: "failed", skipped: "was skipped" }[last_run.status];
  return `${words} ${ago(last_run.started_at, now)}${last_run.note && last_run.status !== "done" ? `: ${last_run.note}` : ""}`;
}

function daysWords(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return "every day";
  return [...weekdays].sort().map((day) => DAYS[day]).join(", ");
}
