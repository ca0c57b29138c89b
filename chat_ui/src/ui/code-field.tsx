import type { ComponentProps } from "react";

/** A one-time code: of an authenticator app, or one for recovery. */
export function CodeInput(props: ComponentProps<"input">) {
  return (
    <input
      name="code"
      inputMode="text"
      autoComplete="one-time-code"
      required
      minLength={6}
      maxLength={32}
      className="h-9 w-44 rounded-lg border border-line-strong bg-surface px-3 text-base tabular-nums pointer-coarse:h-11"
      {...props}
    />
  );
}
