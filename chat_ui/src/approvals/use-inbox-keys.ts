import { useEffect } from "react";
import type { ChangeSet } from "@/api/types";
import type { DecisionMode } from "./decision";

interface Inbox {
  items: readonly ChangeSet[];
  shownId: string | null;
  active: boolean;
  onOpen: (id: string) => void;
  onAsk: (mode: DecisionMode) => void;
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** j and k move, a and r open the decision; they only ever open it: a key alone decides nothing. */
export function useInboxKeys({ items, shownId, active, onOpen, onAsk }: Inbox): void {
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      const at = items.findIndex((item) => item.id === shownId);
      const neighbor = event.key === "j" ? items[at + 1] : event.key === "k" ? items[at - 1] : undefined;
      if (neighbor) onOpen(neighbor.id);
      const shown = items[at];
      if (!shown?.may_decide || shown.status !== "proposed") return;
      if (event.key === "a") onAsk("approve");
      if (event.key === "r") {
        // Or the letter would be typed into the field that opens.
        event.preventDefault();
        onAsk("reject");
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [items, shownId, active, onOpen, onAsk]);
}
