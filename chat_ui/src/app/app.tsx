import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { Navigate, Route, Routes } from "react-router";
import { meQuery, UserContext } from "@/api/session";
import { loadMarkdown } from "@/chat/markdown";
import { ChatPage } from "@/chat/page";
import { SignInPage } from "@/signin/page";
import { ProblemNote } from "@/ui/problem-note";
import { ErrorBoundary } from "./error-boundary";
import { Shell } from "./shell";

const LOADERS = {
  approvals: () => import("@/approvals/page").then((part) => ({ default: part.ApprovalsPage })),
  campaigns: () => import("@/campaigns/page").then((part) => ({ default: part.CampaignsPage })),
  timeline: () => import("@/timeline/page").then((part) => ({ default: part.TimelinePage })),
  models: () => import("@/models/page").then((part) => ({ default: part.ModelsPage })),
  settings: () => import("@/settings/page").then((part) => ({ default: part.SettingsPage })),
  connections: () => import("@/connections/page").then((part) => ({ default: part.ConnectionsPage })),
};
const ApprovalsPage = lazy(LOADERS.approvals);
const CampaignsPage = lazy(LOADERS.campaigns);
const TimelinePage = lazy(LOADERS.timeline);
const ModelsPage = lazy(LOADERS.models);
const SettingsPage = lazy(LOADERS.settings);
const ConnectionsPage = lazy(LOADERS.connections);

// Once the first page stands: the others then open without a wait.
const AHEAD_MS = 2_000;

function useLoadAhead(signedIn: boolean): void {
  useEffect(() => {
    if (!signedIn) return;
    const timer = setTimeout(() => void Promise.allSettled([...Object.values(LOADERS), loadMarkdown].map((load) => load())), AHEAD_MS);
    return () => clearTimeout(timer);
  }, [signedIn]);
}

const part = (what: string, children: ReactNode) => (
  <ErrorBoundary key={what} what={what}>
    <Suspense fallback={<div className="m-6 h-40 skeleton" />}>{children}</Suspense>
  </ErrorBoundary>
);

export function App() {
  const me = useQuery(meQuery);
  useLoadAhead(Boolean(me.data));
  if (me.isPending) return <BootFrame />;
  if (me.isError) {
    const retry = () => void me.refetch();
    return <ProblemNote className="mx-auto mt-24 max-w-md" failed="OmniFy could not start" error={me.error} onRetry={retry} />;
  }
  if (!me.data) return <SignInPage />;
  return (
    <UserContext value={me.data}>
      <Routes>
        <Route element={<Shell />}>
          <Route path="/chat" element={part("The chat", <ChatPage />)} />
          <Route path="/chat/:threadId" element={part("The chat", <ChatPage />)} />
          <Route path="/approvals" element={part("The approvals", <ApprovalsPage />)} />
          <Route path="/campaigns" element={part("The campaigns", <CampaignsPage />)} />
          <Route path="/timeline" element={part("The timeline", <TimelinePage />)} />
          <Route path="/connections" element={part("The connections", <ConnectionsPage />)} />
          <Route path="/track-record" element={part("The track record", <ModelsPage />)} />
          <Route path="/settings" element={part("The settings", <SettingsPage />)} />
          <Route path="*" element={<Navigate to="/chat" replace />} />
        </Route>
      </Routes>
    </UserContext>
  );
}

function BootFrame() {
  return (
    <div className="boot" aria-hidden>
      <div className="boot-side" />
      <div className="boot-main" />
    </div>
  );
}
