import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/ui/button";
import { readDraft, writeDraft } from "./drafts";

interface Props {
  /** Whose draft this is: a conversation's id, or "new". */
  draftOf: string;
  running: boolean;
  sending: boolean;
  stopping: boolean;
  onSend: (text: string) => Promise<boolean>;
  onStop: () => void;
}

/** Enter sends, Shift+Enter breaks the line; an input method's own Enter never sends. */
const sends = (event: KeyboardEvent) =>
  event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && event.keyCode !== 229;

export function Composer({ draftOf, running, sending, stopping, onSend, onStop }: Props) {
  const [text, setText] = useState(() => readDraft(draftOf));
  const field = useRef<HTMLTextAreaElement>(null);
  const ready = text.trim() !== "" && !running && !sending;

  useEffect(() => {
    // Typing starts at once with a keyboard; on a phone the on-screen keyboard would cover the page.
    if (window.matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);

  const change = (value: string) => {
    setText(value);
    writeDraft(draftOf, value);
  };
  const send = async () => {
    if (!ready) return;
    const sent = text.trim();
    change("");
    if (!(await onSend(sent))) change(sent);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!sends(event)) return;
    event.preventDefault();
    void send();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      className="flex items-end gap-2 rounded-2xl border border-line-strong bg-surface p-1.5 pl-3.5 shadow-card focus-within:border-accent"
    >
      <label htmlFor="question" className="sr-only">
        Your question
      </label>
      <textarea
        id="question"
        ref={field}
        rows={1}
        value={text}
        maxLength={4000}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
        placeholder={running ? "Type the next question meanwhile" : "Ask about performance, creatives or budgets"}
        className="scrollbar-thin field-sizing-content max-h-44 min-h-9 flex-1 resize-none bg-transparent py-1.5 text-base outline-none placeholder:truncate pointer-coarse:min-h-11 pointer-coarse:py-2.5"
      />
      {running ? (
        <Button kind="plain" size="icon" aria-label="Stop" title="Stop" busy={stopping} onClick={onStop} className="rounded-xl">
          {!stopping && <Square aria-hidden className="size-3.5 fill-current" />}
        </Button>
      ) : (
        <Button kind="primary" size="icon" type="submit" aria-label="Send" title="Send" busy={sending} disabled={!ready} className="rounded-xl">
          {!sending && <ArrowUp aria-hidden className="size-4" />}
        </Button>
      )}
    </form>
  );
}
