import { Link } from "react-router";
import type { TimelineEntry } from "@/api/timeline";
import { Markdown } from "@/chat/markdown";
import { ago, sentence, timeOf } from "@/fmt";
import { Badge } from "@/ui/badge";
import { useServerNow } from "@/ui/server-now";

export function Entry({ entry }: { entry: TimelineEntry }) {
  const now = useServerNow();
  return (
    <li data-source={entry.source} className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <div className="mb-1.5 flex flex-wrap items-center gap-2 text-xs text-ink-3">
        <Badge tone={entry.severity === "attention" ? "warn" : "neutral"}>
          {entry.severity === "attention" ? "Wants a look" : sentence(entry.source.replaceAll("-", "_"))}
        </Badge>
        <time dateTime={entry.at} title={timeOf(entry.at, now)}>
          {ago(entry.at, now)}
        </time>
      </div>
      <h2 className="text-base font-semibold">{entry.title}</h2>
      <div className="mt-1 text-sm text-ink-2">
        <Markdown text={entry.text} />
      </div>
      {entry.change_set_ids.length > 0 && (
        <ul className="mt-2 flex flex-wrap gap-2 text-sm">
          {entry.change_set_ids.map((id) => (
            <li key={id}>
              <Link to={`/approvals?show=all&open=${id}`} className="text-accent-ink underline underline-offset-2">
                Look at the proposal
              </Link>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
