import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { beginConnecting, disconnect, integrationsQuery } from "@/api/market";
import { useUser } from "@/api/session";
import type { Integration } from "@/api/types";
import { Button } from "@/ui/button";
import { ProblemNote } from "@/ui/problem-note";

/** Connecting goes over the platform's own consent page; only owners and admins may. */
export function ConnectionActions({ connection }: { connection: Integration }) {
  const { role } = useUser();
  if (role !== "owner" && role !== "admin") return null;
  return (
    <div className="mt-auto flex flex-wrap items-center gap-2 pt-3">
      {connection.can_connect && connection.state !== "connected" && <Connect connection={connection} />}
      {connection.connected && <Disconnect connection={connection} />}
      {!connection.can_connect && !connection.connected && (
        <p className="text-xs text-ink-3">To connect it, give the installation an OAuth app of yours (see the README).</p>
      )}
    </div>
  );
}

function Connect({ connection: { platform, label, needs_shop, connected } }: { connection: Integration }) {
  const connecting = useMutation({ mutationFn: beginConnecting, onSuccess: ({ url }) => window.location.assign(url) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    connecting.mutate({ platform, shop: String(new FormData(event.currentTarget).get("shop") ?? "") });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
      {needs_shop && (
        <input
          name="shop"
          required
          aria-label="Shop address"
          placeholder="name.myshopify.com"
          className="h-8 rounded-lg border border-line-strong bg-surface px-2 text-xs pointer-coarse:h-11"
        />
      )}
      <Button size="sm" kind="primary" type="submit" busy={connecting.isPending} aria-label={`${connected ? "Connect again" : "Connect"}: ${label}`}>
        {connected ? "Connect again" : "Connect"}
      </Button>
      {connecting.isError && <ProblemNote failed="Connecting did not begin" error={connecting.error} />}
    </form>
  );
}

function Disconnect({ connection: { platform, label } }: { connection: Integration }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const leaving = useMutation({
    mutationFn: disconnect,
    onSettled: () => {
      setAsked(false);
      void queries.invalidateQueries({ queryKey: integrationsQuery.queryKey });
    },
  });
  return (
    <>
      {!asked && (
        <Button size="sm" kind="quiet" onClick={() => setAsked(true)} aria-label={`Disconnect: ${label}`}>
          Disconnect…
        </Button>
      )}
      {asked && (
        <span role="group" aria-label={`Disconnect ${label}?`} className="flex gap-1">
          <Button size="sm" kind="danger-solid" busy={leaving.isPending} onClick={() => leaving.mutate(platform)}>
            Yes, disconnect
          </Button>
          <Button size="sm" kind="quiet" onClick={() => setAsked(false)}>
            Back
          </Button>
        </span>
      )}
      {leaving.data && <p role="status" className="text-xs text-ink-2">{leaving.data.message}</p>}
      {leaving.isError && <ProblemNote failed="It was not disconnected" error={leaving.error} />}
    </>
  );
}
