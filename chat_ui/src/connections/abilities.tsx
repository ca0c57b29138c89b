import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import type { BusinessCapabilities, Capabilities } from "@/api/types";
import { sentence } from "@/fmt";

const GROUPS: readonly [title: string, actions: readonly string[]][] = [
  ["Money and state", ["daily_budget", "bid", "status"]],
  ["Who sees it", ["targeting", "audience", "keyword", "negative_keyword"]],
  ["Campaigns and ads", ["create_campaign", "create_ad_group", "creative", "rename", "remove"]],
];

const WORDS: Record<string, string> = { creative: "new ad", audience: "customer list", status: "pause and enable", create_campaign: "new campaign", create_ad_group: "new ad group" };
const words = (action: string): string => WORDS[action] ?? action.replaceAll("_", " ");

/** What is known by no group stands in one of its own, so that nothing goes unsaid. */
function grouped(actions: readonly string[]): [string, string[]][] {
  const known = new Set(GROUPS.flatMap(([, names]) => names));
  const groups = GROUPS.map(([title, names]): [string, string[]] => [title, names.filter((name) => actions.includes(name))]);
  return [...groups, ["More", actions.filter((action) => !known.has(action))] as [string, string[]]].filter(([, names]) => names.length > 0);
}

export function Abilities({ capabilities }: { capabilities: Capabilities }) {
  const refused = Object.entries(capabilities.refused);
  const factor = Number(capabilities.overdelivery);
  return (
    <Disclosure summary={`${capabilities.actions.length} of ${capabilities.actions.length + refused.length} kinds of changes`}>
      <Changes groups={grouped(capabilities.actions)} />
      {refused.length > 0 && (
        <ul aria-label="Not possible there" className="space-y-1">
          {refused.map(([action, why]) => (
            <li key={action} className="flex gap-1.5">
              <Minus aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ink-3" />
              <span className="min-w-0 break-words">
                <span className="font-medium">{sentence(words(action))}</span>: {why}
              </span>
            </li>
          ))}
        </ul>
      )}
      {capabilities.reads.length > 0 && <p>Also reads {capabilities.reads.map((one) => one.replaceAll("_", " ")).join(", ")}.</p>}
      <p>
        {capabilities.can_dry_run ? "It validates a change before anybody is asked." : "It validates nothing in advance."}
        {factor > 1 && ` It may spend up to ${factor} times a daily budget on one day.`}
      </p>
    </Disclosure>
  );
}

export function RecordAbilities({ capabilities }: { capabilities: BusinessCapabilities }) {
  return (
    <Disclosure summary="What OmniFy reads and changes">
      <Changes groups={[["Changes", capabilities.changes]]} />
      <p>Reads {capabilities.kinds.map((one) => one.replaceAll("_", " ")).join(", ")}.</p>
    </Disclosure>
  );
}

function Disclosure({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <details className="mt-2 text-xs text-ink-2">
      <summary className="inline-flex min-h-7 items-center rounded text-accent-ink hover:underline">{summary}</summary>
      <div className="mt-1 space-y-2">{children}</div>
    </details>
  );
}

function Changes({ groups }: { groups: readonly (readonly [string, readonly string[]])[] }) {
  return (
    <dl aria-label="Possible once approved" className="space-y-1">
      {groups.map(([title, names]) => (
        <div key={title} className="flex gap-1.5">
          <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-good" />
          <dt className="w-28 shrink-0 text-ink-3">{title}</dt>
          <dd className="min-w-0 break-words">{names.map(words).join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}
