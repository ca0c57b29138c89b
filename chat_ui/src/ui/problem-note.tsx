import { CircleAlert, RotateCw } from "lucide-react";
import { ApiError } from "@/api/client";
import { Button } from "./button";
import { cx } from "./cx";

interface Props {
  /** What was tried, e.g. "The campaigns could not be loaded". */
  failed: string;
  error: unknown;
  /** Whether anything was changed, in words. */
  effect?: string;
  onRetry?: () => void;
  className?: string;
}

/** Every failure reads the same: what failed, whether anything changed, what to do, the request's id. */
export function ProblemNote({ failed, error, effect = "Nothing was changed.", onRetry, className }: Props) {
  const problem = error instanceof ApiError ? error.problem : null;
  const message = problem?.message ?? (error instanceof Error ? error.message : String(error));
  return (
    <div role="alert" className={cx("flex gap-2.5 rounded-lg border border-bad/25 bg-bad-soft p-3 text-sm", className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-medium text-bad">{failed}</p>
        <p className="break-words text-ink-2">
          {message} {effect}
        </p>
        {problem?.request_id && <p className="mt-1 font-mono text-2xs text-ink-3">Request {problem.request_id}</p>}
      </div>
      {onRetry && (
        <Button size="sm" onClick={onRetry}>
          <RotateCw aria-hidden className="size-3.5" /> Try again
        </Button>
      )}
    </div>
  );
}
