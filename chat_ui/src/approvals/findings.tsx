import { Check, ChevronRight, X } from "lucide-react";
import type { ChangeSet, Finding } from "@/api/types";
import { sentence } from "@/fmt";

/** What the money policy found. Denials stand open; passed rules behind a disclosure. */
export function PolicyFindings({ changeSet }: { changeSet: ChangeSet }) {
  const { findings, needs_second_person } = changeSet.verdict;
  const denials = findings.filter((finding) => !finding.passed);
  const passed = findings.filter((finding) => finding.passed);
  if (findings.length === 0 && !needs_second_person) return null;
  return (
    <div className="border-t border-line px-4 py-2.5 text-sm">
      {denials.length > 0 && (
        <ul className="mb-1.5 space-y-1.5">
          {denials.map((finding) => (
            <FindingLine key={finding.rule + finding.message} finding={finding} />
          ))}
        </ul>
      )}
      {needs_second_person && <p className="mb-1 text-warn">The policy asks for somebody other than the requester to approve.</p>}
      {passed.length > 0 && (
        <details className="group">
          <summary className="flex items-center gap-1.5 text-xs text-ink-2">
            <Check aria-hidden className="size-3.5 text-good" />
            Policy: {passed.length} {passed.length === 1 ? "rule" : "rules"} checked and met
            <ChevronRight aria-hidden className="size-3.5 text-ink-3 transition-transform group-open:rotate-90" />
          </summary>
          <ul className="mt-2 space-y-1.5">
            {passed.map((finding) => (
              <FindingLine key={finding.rule + finding.message} finding={finding} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function FindingLine({ finding }: { finding: Finding }) {
  return (
    <li className="flex gap-2 text-xs">
      {finding.passed ? (
        <Check aria-label="Met" className="mt-0.5 size-3.5 shrink-0 text-good" />
      ) : (
        <X aria-label="Not met" className="mt-0.5 size-3.5 shrink-0 text-bad" />
      )}
      <span className="min-w-0 break-words">
        <span className="font-medium">{sentence(finding.rule)}</span>
        <span className="text-ink-2">
          : {finding.message}
          {finding.limit && !finding.message.includes(finding.limit) && ` (limit ${finding.limit})`}
        </span>
        {!finding.passed && finding.cure && <span className="block text-ink-2">What would pass: {finding.cure}</span>}
      </span>
    </li>
  );
}
