import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { consent, forgetPreferences, type Preferences, preferencesQuery, stateWishes, type Wish } from "@/api/preferences";
import { sentence, timeOf } from "@/fmt";
import { Badge, type BadgeTone } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";
import { Section } from "./section";

/** What one said, what was counted with consent, and the way to take back either; nobody else sees it. */
export function PreferencesSection() {
  const preferences = useQuery(preferencesQuery);
  return (
    <Section title="How you want to be answered" note="Yours alone. Agents read it with each question; it changes no limit and no budget.">
      {preferences.isError && <ProblemNote failed="It could not be read" error={preferences.error} onRetry={() => void preferences.refetch()} />}
      {preferences.isPending && <div aria-hidden className="h-40 skeleton" />}
      {preferences.data && (
        <>
          <ul aria-label="Your preferences" className="divide-y divide-line">
            {preferences.data.preferences.map((wish) => (
              <WishRow key={wish.aspect} wish={wish} />
            ))}
          </ul>
          <Consent preferences={preferences.data} />
          <Forget />
          <p className="mt-2 text-xs text-ink-3">{preferences.data.note}</p>
        </>
      )}
    </Section>
  );
}

/** Sends something and shows what the server then holds. */
function useChange<T = undefined>(send: (input: T) => Promise<Preferences>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: send, onSuccess: (held) => queries.setQueryData(preferencesQuery.queryKey, held) });
}

const BASES: Record<Wish["basis"], { words: string; tone: BadgeTone }> = {
  stated: { words: "You said so", tone: "accent" },
  observed: { words: "Observed", tone: "warn" },
  default: { words: "As usual", tone: "neutral" },
};

/** The empty choice takes the wish back: then what was observed holds, or the usual. */
function WishRow({ wish }: { wish: Wish }) {
  const stating = useChange(stateWishes);
  const { words, tone } = BASES[wish.basis];
  const name = sentence(wish.aspect);
  return (
    <li className="py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <div className="min-w-0 flex-1 basis-48">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{name}</span> <Badge tone={tone}>{words}</Badge>
          </p>
          {wish.evidence && <p className="mt-0.5 text-xs break-words text-ink-3">{wish.evidence}</p>}
        </div>
        <select
          aria-label={name}
          disabled={stating.isPending}
          value={wish.basis === "stated" ? wish.value : ""}
          onChange={(event) => stating.mutate({ [wish.aspect]: event.target.value || null })}
          className="h-9 w-60 max-w-full rounded-lg border border-line-strong bg-surface px-2 text-sm pointer-coarse:h-11"
        >
          <option value="">{wish.basis === "stated" ? "take it back" : `not said: ${wish.value}`}</option>
          {wish.choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      </div>
      {stating.isError && <ProblemNote className="mt-2" failed="It was not kept" error={stating.error} />}
    </li>
  );
}

function Consent({ preferences }: { preferences: Preferences }) {
  const consenting = useChange(consent);
  const since = preferences.observed_since;
  return (
    <div className="mt-3 rounded-lg bg-sunken px-3 py-2.5 text-sm">
      <p>
        {since
          ? `You agreed on ${timeOf(since)}: the length and kind of your own questions of the last 90 days are counted anew each time. Nothing counted is kept.`
          : "With your consent, the length and kind of your own questions of the last 90 days are counted, at least 15 of them. Nothing counted is kept."}
      </p>
      <Button size="sm" className="mt-2" busy={consenting.isPending} onClick={() => consenting.mutate(since === null)}>
        {since ? "Withdraw consent" : "Allow counting"}
      </Button>
      {consenting.isError && <ProblemNote className="mt-2" failed="Your consent was not changed" error={consenting.error} />}
    </div>
  );
}

function Forget() {
  const [asked, setAsked] = useState(false);
  const forgetting = useChange(() => forgetPreferences());
  return (
    <div className="mt-3 flex flex-wrap gap-1">
      {!asked && (
        <Button size="sm" kind="quiet" onClick={() => setAsked(true)}>
          Forget all of it…
        </Button>
      )}
      {asked && (
        <>
          <Button size="sm" kind="danger-solid" busy={forgetting.isPending} onClick={() => forgetting.mutate(undefined, { onSettled: () => setAsked(false) })}>
            Yes, the consent too
          </Button>
          <Button size="sm" kind="quiet" onClick={() => setAsked(false)}>
            Back
          </Button>
        </>
      )}
      {forgetting.isError && <ProblemNote failed="It was not forgotten" error={forgetting.error} />}
    </div>
  );
}
