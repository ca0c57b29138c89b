import { queryOptions } from "@tanstack/react-query";
import { get, getText, post } from "./client";
import type { Run, RunStarted, Thread, ThreadDetail } from "./types";

export const threadsQuery = queryOptions({
  queryKey: ["threads"],
  queryFn: ({ signal }) => get<{ items: Thread[] }>("/api/chat/threads", undefined, signal).then((page) => page.items),
  refetchInterval: 30_000,
});

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ["thread", id],
    queryFn: ({ signal }) => get<ThreadDetail>(`/api/chat/threads/${id}`, undefined, signal),
  });

/** The whole event log of a finished run: it does not change any more. */
export const runLogQuery = (runId: string) =>
  queryOptions({
    queryKey: ["run-log", runId],
    queryFn: ({ signal }) => getText(eventsUrl(runId), signal),
    staleTime: Infinity,
    gcTime: 10 * 60_000,
  });

export const eventsUrl = (runId: string) => `/api/chat/runs/${encodeURIComponent(runId)}/events`;
export const createThread = (title: string) => post<Thread>("/api/chat/threads", { title });
export const startRun = (threadId: string, text: string) =>
  post<RunStarted>(`/api/chat/threads/${encodeURIComponent(threadId)}/runs`, { text });
export const readRun = (runId: string) => get<Run>(`/api/chat/runs/${encodeURIComponent(runId)}`);
export const stopRun = (runId: string) => post(`/api/chat/runs/${encodeURIComponent(runId)}/stop`);
