import { Search, X } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { LONGEST_SEARCH } from "../lib/filter.ts";
import { t } from "../lib/strings.ts";
import { IconButton } from "./button.tsx";
import { isTyping } from "./keys.ts";

const PAUSE_MS = 250;

interface SearchBoxProps {
  label: string;
  value: string | null;
  /** Told to replace the step in the history while one is still typing. */
  onSearch: (q: string | null, replace: boolean) => void;
}

/** Searches while one types; the address follows. `/` comes here, Esc clears. */
export function SearchBox({ label, value, onSearch }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const { text, type, clear } = useTyped(value, onSearch);
  useSlash(input);
  return (
    <search class="relative flex min-w-0 flex-1 items-center md:max-w-96">
      <Search size={16} class="pointer-events-none absolute left-2.5 text-soft" aria-hidden="true" />
      <input
        ref={input}
        type="search"
        dir="auto"
        enterKeyHint="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={label}
        maxLength={LONGEST_SEARCH}
        autocomplete="off"
        class="tap h-8 w-full min-w-0 rounded-lg bg-fill pr-8 pl-8 transition-colors placeholder:text-soft hover:bg-hover/70 focus:bg-raised focus-visible:outline-offset-0 [&::-webkit-search-cancel-button]:hidden"
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key !== "Escape") return;
          event.preventDefault();
          // The keys of the page, such as Esc for the selection, are not meant.
          event.stopPropagation();
          if (text) clear();
          else event.currentTarget.blur();
        }}
      />
      {text !== "" && (
        <IconButton
          label={t.filter.clearSearch}
          class="absolute right-0"
          onClick={() => {
            clear();
            input.current?.focus();
          }}
        >
          <X size={16} aria-hidden="true" />
        </IconButton>
      )}
    </search>
  );
}

/** What is being typed; after a pause it is searched for. */
function useTyped(value: string | null, onSearch: SearchBoxProps["onSearch"]) {
  const [text, setText] = useState(value ?? "");
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  // Back, and Clear filters, change it from outside; what is being typed now is newer.
  useEffect(() => {
    if (timer.current === undefined)
      setText((now) => (now.trim() === (value ?? "").trim() ? now : (value ?? "")));
  }, [value]);
  useEffect(() => stop, []);
  return {
    text,
    type: (next: string) => {
      setText(next);
      stop();
      timer.current = setTimeout(() => {
        stop();
        // Only the first word makes a step in the history, so that Back undoes the search at once.
        onSearch(next.trim() ? next : null, value !== null);
      }, PAUSE_MS);
    },
    clear: () => {
      stop();
      setText("");
      onSearch(null, false);
    },
  };
}

function useSlash(input: { current: HTMLInputElement | null }): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.altKey || event.ctrlKey || event.metaKey || isTyping(event)) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [input]);
}
