import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { ApiError, get, post } from "./client";
import type { ServerStatus, User } from "./types";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    try {
      return await get<User>("/api/auth/me", undefined, signal);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export interface StatusNow extends ServerStatus {
  /** Server clock minus this device's, in milliseconds: countdowns follow the server. */
  clock_offset_ms: number;
}

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: async ({ signal }): Promise<StatusNow> => {
    const status = await get<ServerStatus>("/api/status", undefined, signal);
    return { ...status, clock_offset_ms: Date.parse(status.now) - Date.now() };
  },
  staleTime: 30_000,
  refetchInterval: 60_000,
});

export const useStatus = () => useQuery(statusQuery).data;

export const UserContext = createContext<User | null>(null);

/** The signed-in user; only below the shell, which guarantees one. */
export function useUser(): User {
  const user = use(UserContext);
  if (!user) throw new Error("useUser needs a signed-in shell above it");
  return user;
}

export interface Credentials {
  email: string;
  password: string;
  code: string;
}

export async function signIn(credentials: Credentials): Promise<User> {
  const answer = await post<{ user: User }>("/api/auth/login", credentials);
  return answer.user;
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await post("/api/auth/logout");
    queries.clear();
    queries.setQueryData(meQuery.queryKey, null);
  };
}
