import { useDecision } from "@/api/approvals";
import type { ChangeSet } from "@/api/types";
import { useUser } from "@/api/session";
import { Button } from "@/ui/button";
import { DecisionProblem } from "./decision-problem";

/** Changes that no platform shows afterwards: only a person who looks there can say. */
const UNSEEN = ["workflow"];

/** An outcome that reading could not settle in time: read once more, or say what you found. */
export function Settle({ changeSet }: { changeSet: ChangeSet }) {
  const settle = useDecision(changeSet);
  const { role } = useUser();
  if (role === "viewer" || role === "analyst") return null;
  const unseen = changeSet.legs.filter((leg) => leg.status === "unknown" && UNSEEN.includes(leg.field));
  const say = (happened?: boolean) => settle.mutate({ kind: "settle", ...(happened !== undefined && { happened }) });
  return (
    <div className="border-t border-line px-4 py-3">
      {settle.isError && <DecisionProblem kind="settle" error={settle.error} />}
      {unseen.length === 0 ? (
        <Button size="sm" busy={settle.isPending} onClick={() => say()}>
          Read the platform again and settle
        </Button>
      ) : (
        <>
          <p className="mb-2 text-sm text-ink-2">
            No platform shows whether {unseen.map((leg) => `“${leg.name}”`).join(", ")} was carried out. Look there, then say what you found.
          </p>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" busy={settle.isPending} onClick={() => say(true)}>
              It was carried out
            </Button>
            <Button size="sm" busy={settle.isPending} onClick={() => say(false)}>
              It was not
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
