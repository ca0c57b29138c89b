import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, post, put } from "./client";

export interface TimelineEntry {
  id: string;
  at: string;
  source: string;
  title: string;
  /** Markdown. */
  text: string;
  severity: "info" | "attention";
  change_set_ids: string[];
}

interface TimelinePage {
  items: TimelineEntry[];
  unseen: number;
  next_before: string | null;
}

export interface Job {
  name: string;
  title: string;
  enabled: boolean;
  /** Local times "07:00" in the company's zone; Monday is 0. */
  times: string[];
  weekdays: number[];
  last_run: { status: "running" | "done" | "failed" | "skipped"; started_at: string; note: string } | null;
}

export interface JobList {
  time_zone: string;
  items: Job[];
}

const PAGE = 20;

export const timelineQuery = infiniteQueryOptions({
  queryKey: ["timeline"],
  queryFn: ({ pageParam, signal }) => get<TimelinePage>("/api/timeline", { before: pageParam, limit: PAGE }, signal),
  initialPageParam: "",
  getNextPageParam: (last) => last.next_before,
});

/** How many entries are new to this person; the page itself is read when it is opened. */
export const unseenQuery = queryOptions({
  queryKey: ["timeline-unseen"],
  queryFn: ({ signal }) => get<TimelinePage>("/api/timeline", { limit: 1 }, signal).then((page) => page.unseen),
  refetchInterval: 30_000,
});

export const jobsQuery = queryOptions({
  queryKey: ["jobs"],
  queryFn: ({ signal }) => get<JobList>("/api/jobs", undefined, signal),
});

export const markSeen = (at: string) => post("/api/timeline/seen", { at });
export const runJob = (name: string) => post(`/api/jobs/${encodeURIComponent(name)}/run`);
export const planJob = ({ name, enabled, times, weekdays }: Job) =>
  put<Job>(`/api/jobs/${encodeURIComponent(name)}`, { enabled, times, weekdays });
