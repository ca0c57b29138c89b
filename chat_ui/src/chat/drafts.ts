const PREFIX = "omnify.draft.";

/** What was typed and not sent, per conversation; it survives a reload. */
export function readDraft(threadId: string): string {
  return localStorage.getItem(PREFIX + threadId) ?? "";
}

export function writeDraft(threadId: string, text: string): void {
  if (text) localStorage.setItem(PREFIX + threadId, text);
  else localStorage.removeItem(PREFIX + threadId);
}
