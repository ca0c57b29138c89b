import { createContext, type ReactNode, use, useCallback, useState } from "react";

const Announce = createContext<(words: string) => void>(() => undefined);

/** One polite region for the whole app: finished answers and "approval needed", nothing else. */
export function AnnouncerProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ words: "", turn: 0 });
  const announce = useCallback((words: string) => setSaid((last) => ({ words, turn: last.turn + 1 })), []);
  return (
    <Announce value={announce}>
      {children}
      <div role="status" aria-live="polite" className="sr-only">
        <span key={said.turn}>{said.words}</span>
      </div>
    </Announce>
  );
}

export const useAnnounce = () => use(Announce);
