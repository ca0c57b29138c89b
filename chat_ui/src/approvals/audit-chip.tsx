import { useQuery } from "@tanstack/react-query";
import { LoaderCircle, ShieldAlert, ShieldCheck } from "lucide-react";
import { auditQuery } from "@/api/approvals";
import { count } from "@/fmt";
import { cx } from "@/ui/cx";

/** The audit chain, recomputed by the server on request. */
export function AuditChip() {
  const audit = useQuery(auditQuery);
  const report = audit.data;
  const broken = report ? !report.ok : false;
  const Icon = audit.isFetching ? LoaderCircle : broken || audit.isError ? ShieldAlert : ShieldCheck;
  const words = audit.isError
    ? "The audit chain could not be checked"
    : !report
      ? "Checking the audit chain"
      : report.ok
        ? `Audit chain verified, ${count(report.rows)} ${report.rows === 1 ? "row" : "rows"}`
        : `Audit chain broken at row ${report.first_bad_seq ?? "?"}: ${report.why}`;
  return (
    <button
      type="button"
      onClick={() => void audit.refetch()}
      title={report?.head ? `Head ${report.head}. Select to check again.` : "Check again"}
      className={cx(
        "inline-flex min-h-7 items-center gap-1.5 rounded-lg px-2 text-left text-xs font-medium",
        broken || audit.isError ? "bg-bad-soft text-bad" : report ? "bg-good-soft text-good" : "bg-hover text-ink-2",
      )}
    >
      <Icon aria-hidden className={cx("size-3.5 shrink-0", audit.isFetching && "animate-spin")} />
      {words}
    </button>
  );
}
