import type { ReactNode } from "react";

/** An empty state says why it is empty and offers one way on. */
export function Empty({ icon, title, children, action }: { icon: ReactNode; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-16 text-center">
      <div aria-hidden className="mb-1 grid size-11 place-items-center rounded-xl bg-hover text-ink-3 [&_svg]:size-5">
        {icon}
      </div>
      <p className="font-semibold">{title}</p>
      {children && <p className="text-sm text-ink-2">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
