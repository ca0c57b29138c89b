import { useMutation, useQueryClient } from "@tanstack/react-query";
import { OctagonPause, Play } from "lucide-react";
import { useState } from "react";
import { post } from "@/api/client";
import { statusQuery, useStatus, useUser } from "@/api/session";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";

/** Stops all applying at once; starting again takes a second thought. */
export function KillSwitch() {
  const queries = useQueryClient();
  const user = useUser();
  const stopped = useStatus()?.applying_stopped ?? false;
  const [asked, setAsked] = useState(false);
  const turning = useMutation({
    mutationFn: (wanted: boolean) => post("/api/kill-switch", { stopped: wanted }),
    onSettled: () => {
      setAsked(false);
      void queries.invalidateQueries({ queryKey: statusQuery.queryKey });
    },
  });
  return (
    <section aria-label="Applying changes" className="rounded-xl border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="text-base font-semibold">{stopped ? "Applying is stopped" : "Applying is on"}</h2>
          <p className="text-sm text-ink-2">
            {stopped
              ? "No approved change reaches a platform until it is switched on again."
              : "Approved changes are applied once and read back. In doubt, stop everything at once."}
          </p>
        </div>
        {user.may_approve && !asked && (
          <Button kind={stopped ? "plain" : "danger"} onClick={() => setAsked(true)}>
            {stopped ? <Play aria-hidden className="size-3.5" /> : <OctagonPause aria-hidden className="size-3.5" />}
            {stopped ? "Resume…" : "Stop all applying…"}
          </Button>
        )}
        {asked && (
          <div role="group" aria-label="Confirm" className="flex gap-2">
            <Button kind={stopped ? "primary" : "danger-solid"} busy={turning.isPending} onClick={() => turning.mutate(!stopped)}>
              {stopped ? "Yes, resume" : "Yes, stop"}
            </Button>
            <Button kind="quiet" onClick={() => setAsked(false)}>
              Back
            </Button>
          </div>
        )}
      </div>
      {turning.isError && <ProblemNote className="mt-3" failed="The switch was not turned" error={turning.error} />}
    </section>
  );
}
