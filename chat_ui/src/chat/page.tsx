import { useQuery } from "@tanstack/react-query";
import { ArrowDown } from "lucide-react";
import { useEffect } from "react";
import { Link, useParams } from "react-router";
import { ApiError } from "@/api/client";
import { useStatus, useUser } from "@/api/session";
import { threadQuery } from "@/api/threads";
import { Button } from "@/ui/button";
import { useTitle } from "@/ui/page";
import { ProblemNote } from "@/ui/problem-note";
import { Composer } from "./composer";
import { RunView } from "./run-view";
import { Suggestions, WaitingNotice } from "./suggestions";
import { useConversation } from "./use-conversation";
import { useFollowEnd } from "./use-follow-end";

const COLUMN = "mx-auto w-full max-w-[800px] px-4 md:px-6";

export function ChatPage() {
  const { threadId } = useParams();
  return threadId ? <Conversation key={threadId} threadId={threadId} /> : <NewChat key="new" />;
}

function NewChat() {
  useTitle("New chat");
  const { ask, asking } = useConversation(undefined);
  const user = useUser();
  const firstName = user.name.split(" ")[0];
  return (
    <div className="scrollbar-thin flex h-full flex-col overflow-y-auto">
      <div className={`${COLUMN} flex flex-1 flex-col justify-center py-8`}>
        <h1 className="text-xl font-semibold tracking-tight">What would you like to know, {firstName}?</h1>
        <p className="mt-1 mb-5 text-ink-2">
          Ask about {user.tenant.name}'s campaigns. Budgets and status change only after you approve.
        </p>
        <WaitingNotice />
        {asking.isError && <AskProblem error={asking.error} />}
        <Composer draftOf="new" running={false} sending={asking.isPending} stopping={false} onSend={ask} onStop={() => undefined} />
        <div className="mt-4">
          <Suggestions disabled={asking.isPending} onAsk={(text) => void ask(text)} />
        </div>
      </div>
      <EngineLine />
    </div>
  );
}

function Conversation({ threadId }: { threadId: string }) {
  const detail = useQuery(threadQuery(threadId));
  const { ask, asking, stopping } = useConversation(threadId);
  const { scroller, content, atEnd, toEnd } = useFollowEnd();
  const runs = detail.data?.runs ?? [];
  const running = runs.find((run) => run.status === "running");
  useTitle(detail.data?.thread.title || "Chat");
  useEffect(() => toEnd(), [runs.length, toEnd]);

  if (detail.error instanceof ApiError && detail.error.status === 404) return <NoSuchChat />;
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-[60px] items-center border-b border-line px-4 max-md:hidden md:px-6">
        <h1 className="truncate text-base font-semibold tracking-tight">{detail.data?.thread.title || "Chat"}</h1>
      </header>
      <div ref={scroller} tabIndex={0} role="region" aria-label="Conversation" className="scrollbar-thin relative min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        <div ref={content} role="log" aria-live="off" aria-label="Messages" className={`${COLUMN} space-y-8 py-6`}>
          {detail.isPending && <ConversationSkeleton />}
          {detail.isError && (
            <ProblemNote failed="The conversation could not be loaded" error={detail.error} onRetry={() => void detail.refetch()} />
          )}
          {runs.map((run) => (
            <RunView key={run.id} run={run} onAskAgain={(text) => void ask(text)} />
          ))}
        </div>
      </div>
      <div className={`${COLUMN} relative pb-3`}>
        {!atEnd && (
          <Button size="sm" onClick={toEnd} className="absolute -top-10 left-1/2 -translate-x-1/2 rounded-full shadow-card">
            <ArrowDown aria-hidden className="size-3.5" /> Latest
          </Button>
        )}
        {asking.isError && <AskProblem error={asking.error} />}
        <Composer
          draftOf={threadId}
          running={running !== undefined}
          sending={asking.isPending}
          stopping={stopping.isPending}
          onSend={ask}
          onStop={() => running && stopping.mutate(running.id)}
        />
      </div>
      <EngineLine />
    </div>
  );
}

const AskProblem = ({ error }: { error: Error }) => (
  <ProblemNote className="mb-2" failed="The question was not sent" error={error} effect="Your text is still in the field." />
);

function EngineLine() {
  const engine = useStatus()?.engine;
  const who = engine && !engine.is_language_model ? "The embedded engine answers, not a language model. " : "";
  return <p className="px-4 pb-2 text-center text-2xs text-ink-3">{who}Figures come from your accounts; only you can approve changes.</p>;
}

function NoSuchChat() {
  return (
    <div className="grid h-full place-items-center p-6 text-center">
      <div>
        <h1 className="font-semibold">This conversation does not exist</h1>
        <p className="mt-1 mb-4 text-sm text-ink-2">It may belong to somebody else, or the link is incomplete.</p>
        <Link to="/chat" className="text-accent-ink underline underline-offset-2">
          Start a new chat
        </Link>
      </div>
    </div>
  );
}

function ConversationSkeleton() {
  return (
    <div aria-hidden className="space-y-4">
      <div className="ml-auto h-9 w-1/2 skeleton" />
      <div className="h-24 skeleton" />
    </div>
  );
}
