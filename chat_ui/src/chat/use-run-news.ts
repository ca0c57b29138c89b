import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Run } from "@/api/types";
import { useAnnounce } from "@/ui/announcer";
import type { RunState } from "./reducer";

const SPOKEN_LENGTH = 400;

/** Tells the rest of the app what a run brought: proposals to read again, and its end. */
export function useRunNews(run: Run, state: RunState): void {
  const queries = useQueryClient();
  const announce = useAnnounce();
  const proposals = state.items.filter((item) => item.kind === "change_set").map((item) => `${item.id}:${item.status}`).join();
  const wasRunning = useRef(run.status === "running");

  useEffect(() => {
    if (!proposals) return;
    for (const proposal of proposals.split(",")) {
      const [id = "", status] = proposal.split(":");
      void queries.invalidateQueries({ queryKey: ["approval", id] });
      if (status === "proposed" && wasRunning.current) announce("Approval needed: a change waits for your decision.");
    }
    void queries.invalidateQueries({ queryKey: ["approvals"] });
    void queries.invalidateQueries({ queryKey: ["threads"] });
  }, [proposals, queries, announce]);

  useEffect(() => {
    if (state.phase === "running" || !wasRunning.current) return;
    wasRunning.current = false;
    void queries.invalidateQueries({ queryKey: ["thread", run.thread_id] });
    void queries.invalidateQueries({ queryKey: ["threads"] });
    const said = state.items.filter((item) => item.kind === "text").map((item) => item.text).join(" ");
    announce(state.phase === "done" ? `Answer: ${said.slice(0, SPOKEN_LENGTH)}` : `The answer ended: ${state.phase}.`);
    // The text is spoken once, at the end: later changes of the same run are none of its news.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state.phase]);
}
