import type { ImageDetail, Item } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import { openCompare } from "../../state/route.ts";
import type { MenuItem } from "../../ui/menu.tsx";
import type { Neighbours } from "./list.ts";

/** What an image can be compared with: where it came from, what became of it, and what is beside it. */
export function comparisonsOf(
  item: Item,
  detail: ImageDetail | undefined,
  { before, after }: Neighbours,
): MenuItem[] {
  const sources = (detail?.sources ?? []).flatMap(({ id, kind }) => (id && kind === "image" ? [id] : []));
  const edits = detail?.lineage.edits ?? [];
  return [
    ...sources.map((id, index) => ({
      label: t.viewer.compareSource(index + 1, sources.length),
      run: () => openCompare(id, item.id),
    })),
    ...edits.map(({ id }, index) => ({
      label: t.viewer.compareEdit(index + 1, edits.length),
      run: () => openCompare(item.id, id),
    })),
    ...(before?.item ? [{ label: t.viewer.comparePrevious, run: compareWith(before.item, item) }] : []),
    ...(after?.item ? [{ label: t.viewer.compareNext, run: compareWith(item, after.item) }] : []),
  ];
}

function compareWith(left: Item, right: Item): () => void {
  return () => openCompare(left.id, right.id);
}
