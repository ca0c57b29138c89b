import { Ban, CircleCheck, CircleX, Clock, Hourglass, LoaderCircle, UserRoundCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useUser } from "@/api/session";
import type { ChangeSet, Decision } from "@/api/types";
import { timeOf } from "@/fmt";
import { cx } from "@/ui/cx";

interface Look {
  icon: ReactNode;
  words: string;
  tone: string;
}

const LOOKS: Partial<Record<ChangeSet["status"], Look>> = {
  approved: { icon: <LoaderCircle className="animate-spin" />, words: "Approved. It will be applied in a moment.", tone: "bg-accent-soft text-accent-ink" },
  applying: { icon: <LoaderCircle className="animate-spin" />, words: "Applying on the platforms…", tone: "bg-accent-soft text-accent-ink" },
  done: { icon: <CircleCheck />, words: "Applied and read back from the platforms.", tone: "bg-good-soft text-good" },
  failed: { icon: <CircleX />, words: "Not applied.", tone: "bg-bad-soft text-bad" },
  rejected: { icon: <Ban />, words: "Rejected. Nothing was changed.", tone: "bg-hover text-ink-2" },
  expired: { icon: <Clock />, words: "Expired before anybody decided. Nothing was changed.", tone: "bg-hover text-ink-2" },
  denied: { icon: <Ban />, words: "The money policy refused this; nobody was asked and nothing was changed.", tone: "bg-bad-soft text-bad" },
  needs_person: { icon: <Hourglass />, words: "Somebody has to look: what happened on the platform is not certain.", tone: "bg-warn-soft text-warn" },
};

const VIA: Record<string, string> = { web: "in the browser", cli: "in the terminal", api: "through the API" };

/** What became of it, and who decided. */
export function Result({ changeSet }: { changeSet: ChangeSet }) {
  const look = LOOKS[changeSet.status];
  if (!look) return null;
  const { icon, words, tone } = look;
  return (
    <div role="status" className={cx("flex gap-2.5 border-t border-line px-4 py-2.5 text-sm", tone)}>
      <span aria-hidden className="mt-0.5 [&_svg]:size-4">
        {icon}
      </span>
      <div className="min-w-0">
        <p className="font-medium">{words}</p>
        {changeSet.outcome && <p className="break-words text-ink-2">{changeSet.outcome}</p>}
        {changeSet.approval && <DecidedBy decision={changeSet.approval} />}
      </div>
    </div>
  );
}

function DecidedBy({ decision }: { decision: Decision }) {
  const user = useUser();
  const lent = decision.in_name_of ? `, in the name of ${decision.in_name_of}` : "";
  const who = `${decision.by_name === user.name ? "you" : `${decision.by_name} (${decision.role})`}${lent}`;
  return (
    <p className="flex items-start gap-1.5 text-xs text-ink-2">
      <UserRoundCheck aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0 break-words">
        {decision.decision === "approved" ? "Approved" : "Rejected"} by {who} {VIA[decision.via] ?? ""}, {timeOf(decision.at)}
        {decision.reason && `: “${decision.reason}”`}
      </span>
    </p>
  );
}
