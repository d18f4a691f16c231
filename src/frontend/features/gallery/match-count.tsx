import { useEffect, useRef, useState } from "preact/hooks";
import { type Filter, filterKey, isEmpty } from "../../lib/filter.ts";
import { t } from "../../lib/strings.ts";

/** Tells a screen reader how many images match, when the filter has changed, and not at every arrival. */
export function MatchCount({ filter, total }: { filter: Filter; total: number | null }) {
  const key = filterKey(filter);
  const told = useRef(isEmpty(filter) ? key : null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (total === null || told.current === key) return;
    told.current = key;
    setText(total === 0 ? t.filter.noneTitle : t.filter.count(total));
  }, [key, total]);
  return (
    <p role="status" class="sr-only">
      {text}
    </p>
  );
}
