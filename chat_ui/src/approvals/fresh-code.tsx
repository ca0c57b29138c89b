import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { verifyCode } from "@/api/settings";
import { Button } from "@/ui/button";
import { CodeInput } from "@/ui/code-field";
import { ProblemNote } from "@/ui/problem-note";

/** Before a yes counts, its person shows that it is them; then the same approval is sent again. */
export function FreshCode({ onShown, onBack }: { onShown: () => void; onBack: () => void }) {
  const verifying = useMutation({ mutationFn: verifyCode, onSuccess: onShown });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    verifying.mutate(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <form onSubmit={submit} aria-label="Show that it is you" className="border-t border-line bg-accent-soft px-4 py-3">
      <label htmlFor="fresh-code" className="block text-sm font-medium">
        Enter the current code of your authenticator app to approve
      </label>
      <div className="mt-2 flex flex-wrap gap-2">
        <CodeInput id="fresh-code" autoFocus />
        <Button kind="primary" type="submit" busy={verifying.isPending}>
          Approve with this code
        </Button>
        <Button kind="quiet" onClick={onBack}>
          Back
        </Button>
      </div>
      {verifying.isError && <ProblemNote className="mt-2" failed="The code did not count" error={verifying.error} />}
    </form>
  );
}
