import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { createStore } from "../lib/store.ts";

type Listener = (near: boolean) => void;

const MARGIN = "200px";
const listeners = new WeakMap<Element, Listener>();
const observers = new WeakMap<Element | Document, IntersectionObserver>();

/** False while a list flies past; what is near then is gone before it could be seen. */
export const settled = createStore(true);

/** True while the element is in, or within 200 px of, the part of its scroller that shows. */
export function useNear(ref: RefObject<HTMLElement>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = observerFor(element.closest("[data-scroller]") ?? document);
    listeners.set(element, setNear);
    observer.observe(element);
    return () => observer.unobserve(element);
  }, [ref]);
  return near;
}

function observerFor(root: Element | Document): IntersectionObserver {
  const known = observers.get(root);
  if (known) return known;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
    },
    { root, rootMargin: MARGIN },
  );
  observers.set(root, observer);
  return observer;
}
