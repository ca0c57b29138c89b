import { LoaderCircle } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx";

const KINDS = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  plain: "bg-surface text-ink hover:bg-hover border-line-strong",
  quiet: "bg-transparent text-ink-2 hover:bg-hover hover:text-ink border-transparent",
  danger: "bg-surface text-bad hover:bg-bad-soft border-line-strong",
  "danger-solid": "bg-bad-solid text-white hover:brightness-95 border-transparent",
} as const;

const SIZES = {
  md: "h-9 px-3.5 text-sm pointer-coarse:h-11",
  sm: "h-7.5 px-2.5 text-xs pointer-coarse:h-10",
  icon: "size-8 justify-center pointer-coarse:size-11",
} as const;

export interface ButtonProps extends ComponentProps<"button"> {
  kind?: keyof typeof KINDS;
  size?: keyof typeof SIZES;
  busy?: boolean;
}

export function Button({ kind = "plain", size = "md", busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled || busy}
      aria-busy={busy || undefined}
      className={cx(
        "inline-flex shrink-0 items-center gap-1.5 rounded-lg border font-medium whitespace-nowrap transition-colors",
        "disabled:cursor-not-allowed disabled:opacity-55",
        KINDS[kind],
        SIZES[size],
        className,
      )}
    >
      {busy && <LoaderCircle aria-hidden className="size-3.5 animate-spin" />}
      {children}
    </button>
  );
}
