import { lazy, memo, Suspense } from "react";

export const loadMarkdown = () => import("./markdown-rendered");
const Rendered = lazy(loadMarkdown);

/** Markdown once its code has arrived; the same words as plain text until then. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p data-plain className="whitespace-pre-wrap">{text}</p>}>
      <Rendered text={text} />
    </Suspense>
  );
});
