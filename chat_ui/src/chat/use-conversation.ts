import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useNavigate } from "react-router";
import { createThread, startRun, stopRun, threadQuery } from "@/api/threads";
import type { Run, Thread, ThreadDetail } from "@/api/types";
import { loadMarkdown } from "./markdown";

const TITLE_LENGTH = 80;

function startedRun(id: string, threadId: string, utterance: string): Run {
  return {
    id,
    thread_id: threadId,
    utterance,
    status: "running",
    outcome: "",
    reply: "",
    route: [],
    tool_calls: [],
    change_set_ids: [],
    usage: { requests: 0, input_tokens: 0, output_tokens: 0, tool_calls: 0, cost_usd: "0", by_agent: {} },
    model: "",
    started_at: new Date().toISOString(),
    ended_at: null,
    error: "",
  };
}

/** Asking and stopping in one conversation; the first question makes the conversation. */
export function useConversation(threadId: string | undefined) {
  const queries = useQueryClient();
  const navigate = useNavigate();

  const show = (thread: Thread | undefined, run: Run) => {
    const key = threadQuery(run.thread_id).queryKey;
    queries.setQueryData<ThreadDetail>(key, (known) => {
      const of = known?.thread ?? thread;
      if (!of) return known;
      return { thread: { ...of, running_run_id: run.id }, runs: [...(known?.runs ?? []), run] };
    });
  };

  // Made, but its first question was not accepted: the next try asks there, not in another new one.
  const made = useRef<Thread>(undefined);
  const asking = useMutation({
    mutationFn: async (text: string) => {
      if (!threadId) made.current ??= await createThread(text.slice(0, TITLE_LENGTH));
      const thread = threadId ? undefined : made.current;
      const id = threadId ?? thread?.id ?? "";
      const started = await startRun(id, text);
      return { thread, run: startedRun(started.run_id, id, text) };
    },
    onSuccess: ({ thread, run }) => {
      show(thread, run);
      void queries.invalidateQueries({ queryKey: ["threads"] });
      if (thread) void navigate(`/chat/${thread.id}`, { replace: true });
    },
  });
  const stopping = useMutation({ mutationFn: stopRun });

  const ask = async (text: string): Promise<boolean> => {
    // Fetched while the answer is made, so that its first words already have their form.
    void loadMarkdown();
    try {
      await asking.mutateAsync(text);
      return true;
    } catch {
      // The page shows asking.error; the text goes back into the field.
      return false;
    }
  };
  return { ask, asking, stopping };
}
