import { type FunctionComponent, h } from "preact";
import { useEffect, useReducer } from "preact/hooks";
import { t } from "../../lib/strings.ts";
import { notifyError } from "../../state/toasts.ts";

/** A component whose code is fetched when it first shows; until then there is nothing. */
export function lazy<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | undefined;
  const fetchCode = async (render: () => void) => {
    try {
      loaded = await load();
      render();
    } catch {
      // After an update of the server the old page's parts are gone; the new page has its own.
      notifyError(t.failed.part, null, { label: t.launch.action, run: () => location.reload() });
    }
  };
  return function Lazy(props: P) {
    const [, render] = useReducer<number, void>((n) => n + 1, 0);
    useEffect(() => {
      if (!loaded) void fetchCode(() => render());
    }, []);
    return loaded ? h(loaded, props) : null;
  };
}
