import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

const NEAR_PX = 80;

interface FollowEnd {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Whether the reader is at the end; arriving text never moves somebody who scrolled up. */
  atEnd: boolean;
  toEnd: () => void;
}

export function useFollowEnd(): FollowEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    following.current = true;
    box.scrollTop = box.scrollHeight;
    setAtEnd(true);
  }, []);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (!box || !inner) return;
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      // Only a move upwards is the reader's wish to stay; growth below is not.
      if (near) following.current = true;
      else if (box.scrollTop < lastTop - 2) following.current = false;
      lastTop = box.scrollTop;
      setAtEnd(near || following.current);
    };
    const grown = new ResizeObserver(() => {
      if (following.current) box.scrollTop = box.scrollHeight;
      else setAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX);
    });
    box.addEventListener("scroll", onScroll, { passive: true });
    grown.observe(inner);
    grown.observe(box);
    return () => {
      box.removeEventListener("scroll", onScroll);
      grown.disconnect();
    };
  }, []);

  return { scroller, content, atEnd, toEnd };
}
