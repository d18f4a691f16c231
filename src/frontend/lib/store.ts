import { useEffect, useState } from "preact/hooks";

/** A value that components can watch. */
export interface Store<T> {
  get: () => T;
  set: (next: T | ((current: T) => T)) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const resolved = typeof next === "function" ? (next as (current: T) => T)(value) : next;
      if (Object.is(resolved, value)) return;
      value = resolved;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Renders again whenever the store's value changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState<{ of: T }>({ of: store.get() });
  useEffect(() => {
    const update = () =>
      setValue((shown) => (Object.is(shown.of, store.get()) ? shown : { of: store.get() }));
    update();
    return store.subscribe(update);
  }, [store]);
  return value.of;
}
