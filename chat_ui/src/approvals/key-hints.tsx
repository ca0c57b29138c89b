import { useSyncExternalStore } from "react";

// Single keys get in the way of speech input: they can be switched off, and it is remembered.
const STORED = "omnify.inbox-keys";
const listeners = new Set<() => void>();

const on = () => localStorage.getItem(STORED) !== "off";
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useKeysOn = (): boolean => useSyncExternalStore(subscribe, on);

function turn(): void {
  if (on()) localStorage.setItem(STORED, "off");
  else localStorage.removeItem(STORED);
  for (const listener of listeners) listener();
}

const KEYS = [
  ["j", "next"],
  ["k", "previous"],
  ["a", "approve…"],
  ["r", "reject…"],
] as const;

export function KeyHints() {
  const active = useKeysOn();
  return (
    <div className="ml-auto hidden items-center gap-3 text-2xs text-ink-3 lg:flex">
      {active &&
        KEYS.map(([key, words]) => (
          <span key={key}>
            <kbd className="rounded border border-line-strong bg-surface px-1 font-mono">{key}</kbd> {words}
          </span>
        ))}
      <button type="button" aria-pressed={active} onClick={turn} className="rounded px-1 underline-offset-2 hover:underline">
        {active ? "Keys on" : "Keys off"}
      </button>
    </div>
  );
}
