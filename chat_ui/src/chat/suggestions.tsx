import { useQuery } from "@tanstack/react-query";
import { ArrowLeftRight, ArrowRight, ChartNoAxesColumn, Hourglass, Lightbulb, ShieldCheck } from "lucide-react";
import { Link } from "react-router";
import { approvalsQuery, WAITING } from "@/api/approvals";

const FIRST_QUESTIONS = [
  { icon: ChartNoAxesColumn, text: "How did we do last week across platforms?" },
  { icon: Hourglass, text: "Which creatives will tire in the next two weeks?" },
  { icon: ArrowLeftRight, text: "Move 100 a day from the worst Meta campaign to the best Google one" },
  { icon: Lightbulb, text: "Where are the best opportunities right now?" },
] as const;

export function Suggestions({ onAsk, disabled }: { onAsk: (text: string) => void; disabled: boolean }) {
  return (
    <ul className="grid gap-2 sm:grid-cols-2" aria-label="Questions to start with">
      {FIRST_QUESTIONS.map(({ icon: Icon, text }) => (
        <li key={text}>
          <button
            type="button"
            disabled={disabled}
            onClick={() => onAsk(text)}
            className="flex h-full min-h-11 w-full items-start gap-3 rounded-xl border border-line bg-surface px-3.5 py-3 text-left text-sm text-ink-2 transition-colors hover:border-line-strong hover:text-ink disabled:opacity-60"
          >
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-ink" />
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Before anything new: what waits for this person already. */
export function WaitingNotice() {
  const waiting = useQuery(approvalsQuery(WAITING)).data?.filter((one) => one.may_decide).length ?? 0;
  if (waiting === 0) return null;
  return (
    <Link to="/approvals" className="mb-3 flex items-center gap-2.5 rounded-xl bg-warn-soft px-3.5 py-2.5 text-sm text-warn hover:underline">
      <ShieldCheck aria-hidden className="size-4 shrink-0" />
      {waiting === 1 ? "One change waits for your decision" : `${waiting} changes wait for your decision`}
      <ArrowRight aria-hidden className="ml-auto size-4 shrink-0" />
    </Link>
  );
}
