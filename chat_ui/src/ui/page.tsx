import { type ReactNode, useEffect } from "react";

/** The frame of every page: its title (also the tab's), what it says of itself, and its actions. */
export function Page({ title, note, actions, children }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 md:min-h-[60px] md:px-6">
        <div className="min-w-0 flex-1">
          <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
          {note && <p className="text-xs text-ink-3">{note}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-x-3 gap-y-2 max-sm:max-w-full">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

let waitingApprovals = 0;
let pageTitle = "";

const writeTitle = () => {
  const badge = waitingApprovals > 0 ? `(${waitingApprovals}) ` : "";
  document.title = `${badge}${pageTitle ? `${pageTitle} · ` : ""}OmniFy`;
};

export function useTitle(title: string): void {
  useEffect(() => {
    pageTitle = title;
    writeTitle();
  }, [title]);
}

/** The tab's title carries the number of approvals that wait. */
export function useTitleBadge(count: number): void {
  useEffect(() => {
    waitingApprovals = count;
    writeTitle();
  }, [count]);
}
