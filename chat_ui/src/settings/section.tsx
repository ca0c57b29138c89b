import type { ReactNode } from "react";

export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-xl border border-line bg-surface p-4 shadow-card">
      <h2 className="text-base font-semibold">{title}</h2>
      {note && <p className="text-sm text-ink-2">{note}</p>}
      <div className="mt-3">{children}</div>
    </section>
  );
}
