import { useSyncExternalStore } from "react";

export type ThemeChoice = "light" | "dark" | "system";

// The same key and rule as public/theme.js, which runs before the first paint.
const KEY = "omnify.theme";
const system = () => window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

function paint(): void {
  const choice = stored();
  const dark = choice === "dark" || (choice === "system" && system().matches);
  document.documentElement.classList.toggle("dark", dark);
}

export function chooseTheme(choice: ThemeChoice): void {
  if (choice === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  paint();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  const media = system();
  media.addEventListener("change", paint);
  return () => {
    listeners.delete(listener);
    media.removeEventListener("change", paint);
  };
}

export const useTheme = (): ThemeChoice => useSyncExternalStore(subscribe, stored);
