import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { UserContext } from "@/api/session";
import { AnnouncerProvider } from "@/ui/announcer";
import { user } from "./builders";

/** Renders below everything that the shell provides: a signed-in user, queries, an address. */
export function renderSignedIn(what: ReactNode, { at = "/", as = user() } = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={queries}>
      <AnnouncerProvider>
        <MemoryRouter initialEntries={[at]}>
          <UserContext value={as}>{what}</UserContext>
        </MemoryRouter>
      </AnnouncerProvider>
    </QueryClientProvider>,
  );
}
