import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { forgetNote, memoryQuery, type Note, writeNote } from "@/api/settings";
import { useUser } from "@/api/session";
import { sentence, timeOf } from "@/fmt";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";
import { Section } from "./section";

const FIELD = "h-9 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-3 text-sm pointer-coarse:h-11";

/** What is remembered about the company: searched, added to and forgotten by its people. */
export function MemorySection() {
  const [query, setQuery] = useState("");
  const notes = useQuery(memoryQuery(query));
  const mayWrite = useUser().role !== "viewer";
  return (
    <Section title="Memory" note="What OmniFy remembers about you. It informs answers; limits on money are never read from it.">
      {mayWrite && <NoteForm />}
      <form
        role="search"
        className="mb-3 flex gap-2"
        onSubmit={(event: FormEvent<HTMLFormElement>) => {
          event.preventDefault();
          setQuery(String(new FormData(event.currentTarget).get("query") ?? ""));
        }}
      >
        <input name="query" type="search" aria-label="Search the memory" placeholder="Search by meaning" className={FIELD} />
        <Button type="submit">Search</Button>
      </form>
      {notes.isError && <ProblemNote failed="The memory could not be read" error={notes.error} onRetry={() => void notes.refetch()} />}
      {notes.data?.length === 0 && <p className="text-sm text-ink-2">{query ? "Nothing fits." : "Nothing is remembered yet."}</p>}
      <ul aria-label="Remembered" className="divide-y divide-line">
        {notes.data?.map((note) => (
          <NoteRow key={note.id} note={note} mayForget={mayWrite} />
        ))}
      </ul>
    </Section>
  );
}

function NoteForm() {
  const queries = useQueryClient();
  const writing = useMutation({ mutationFn: writeNote, onSuccess: () => void queries.invalidateQueries({ queryKey: ["memory"] }) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    writing.mutate(String(new FormData(form).get("text")), { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit} className="mb-3">
      <div className="flex gap-2">
        <input name="text" required maxLength={1000} aria-label="A new note" placeholder="One fact or preference in a sentence" className={FIELD} />
        <Button type="submit" busy={writing.isPending}>
          Remember
        </Button>
      </div>
      {writing.isError && <ProblemNote className="mt-2" failed="It was not remembered" error={writing.error} />}
    </form>
  );
}

function NoteRow({ note, mayForget }: { note: Note; mayForget: boolean }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const forgetting = useMutation({ mutationFn: forgetNote, onSuccess: () => void queries.invalidateQueries({ queryKey: ["memory"] }) });
  return (
    <li className="py-2.5 text-sm">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="break-words">{note.text}</p>
          <p className="mt-0.5 flex flex-wrap items-center gap-1.5 text-xs text-ink-3">
            <Badge>{sentence(note.kind)}</Badge> {sentence(note.trust)}, {note.origin}, {timeOf(note.created_at)}
          </p>
        </div>
        {mayForget && !asked && (
          <Button size="sm" kind="quiet" onClick={() => setAsked(true)} aria-label={`Forget: ${note.text}`}>
            Forget…
          </Button>
        )}
        {asked && (
          <span className="flex gap-1">
            <Button size="sm" kind="danger-solid" busy={forgetting.isPending} onClick={() => forgetting.mutate(note.id)}>
              For good
            </Button>
            <Button size="sm" kind="quiet" onClick={() => setAsked(false)}>
              Back
            </Button>
          </span>
        )}
      </div>
      {forgetting.isError && <ProblemNote className="mt-2" failed="It was not forgotten" error={forgetting.error} />}
    </li>
  );
}
