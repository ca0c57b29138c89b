import { type FormEvent, useEffect, useRef } from "react";
import { Button } from "@/ui/button";

interface Props {
  busy: boolean;
  onReject: (reason: string) => void;
  onBack: () => void;
}

export function RejectForm({ busy, onReject, onBack }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onReject(field.current?.value.trim() ?? "");
  };
  return (
    <form onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && onBack()} className="animate-fade-up bg-sunken px-4 py-3">
      <label htmlFor="reject-reason" className="mb-1 block text-sm font-semibold">
        Why not?
      </label>
      <textarea
        id="reject-reason"
        ref={field}
        rows={2}
        maxLength={1000}
        placeholder="The agent learns from it, and the requester sees it"
        className="w-full resize-y rounded-lg border border-line-strong bg-surface px-3 py-2 text-sm"
      />
      <div className="mt-2 flex flex-wrap gap-2">
        <Button kind="danger-solid" type="submit" busy={busy}>
          Reject
        </Button>
        <Button kind="quiet" disabled={busy} onClick={onBack}>
          Back
        </Button>
      </div>
    </form>
  );
}
