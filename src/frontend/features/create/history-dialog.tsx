import { Search } from "lucide-preact";
import { useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { searchPrompts } from "../../lib/history.ts";
import { t } from "../../lib/strings.ts";
import { promptHistory } from "../../state/history.ts";
import { Modal } from "../../ui/dialog.tsx";

interface HistoryDialogProps {
  onChoose: (prompt: string) => void;
  onClose: () => void;
}

/** The last prompts, found by typing and chosen with the arrow keys or a press. */
export function HistoryDialog({ onChoose, onClose }: HistoryDialogProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const all = useMemo(promptHistory, []);
  const [search, setSearch] = useState("");
  const [place, setPlace] = useState(0);
  const found = useMemo(() => searchPrompts(all, search), [all, search]);
  const active = Math.min(place, found.length - 1);
  useLayoutEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active, found]);
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = found[active];
    if (event.key === "ArrowDown") setPlace(Math.min(found.length - 1, active + 1));
    else if (event.key === "ArrowUp") setPlace(Math.max(0, active - 1));
    else if (event.key === "Enter" && !event.isComposing && chosen !== undefined) onChoose(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      label={t.history.label}
      onClose={onClose}
      class="pop-in mx-auto mt-[10dvh] mb-auto w-160 max-w-[calc(100vw-1.5rem)] overflow-hidden rounded-xl border border-line bg-raised text-ink backdrop:bg-black/50"
    >
      <div class="flex max-h-[min(70dvh,36rem)] flex-col">
        <div class="flex items-center gap-2.5 border-line border-b px-4">
          <Search size={16} class="shrink-0 text-soft" aria-hidden="true" />
          <input
            role="combobox"
            aria-label={t.history.search}
            aria-expanded={found.length > 0}
            aria-controls={id}
            aria-autocomplete="list"
            {...(active >= 0 && { "aria-activedescendant": `${id}-${active}` })}
            placeholder={t.history.search}
            class="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-soft"
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value);
              setPlace(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        {found.length === 0 && (
          <p role="status" class="px-4 py-8 text-center text-soft">
            {all.length === 0 ? t.history.empty : t.history.none}
          </p>
        )}
        <div
          ref={list}
          id={id}
          role="listbox"
          aria-label={t.history.list}
          class={`min-h-0 overflow-y-auto p-1.5 ${found.length === 0 ? "hidden" : ""}`}
        >
          {found.map((prompt, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the search box, which has the keys.
            // biome-ignore lint/a11y/useKeyWithClickEvents: the same.
            <div
              key={prompt}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              dir="auto"
              class={`wrap-anywhere line-clamp-2 cursor-pointer rounded-lg px-2.5 py-2 coarse:py-3 ${index === active ? "bg-fill" : ""}`}
              onPointerMove={() => setPlace(index)}
              onClick={() => onChoose(prompt)}
            >
              {prompt}
            </div>
          ))}
        </div>
      </div>
    </Modal>
  );
}
