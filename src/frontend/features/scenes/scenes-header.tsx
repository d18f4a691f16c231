import { SCENE_SORTS, type SceneView } from "../../lib/scenes.ts";
import { t } from "../../lib/strings.ts";
import { showScenes } from "../../state/scenes.ts";
import { SearchBox } from "../../ui/search-box.tsx";
import { Select } from "../../ui/select.tsx";
import { Header } from "../shell/header.tsx";

interface ScenesHeaderProps {
  view: SceneView;
  /** How many scenes match; absent while it is not known. */
  count: number | undefined;
}

export function ScenesHeader({ view, count }: ScenesHeaderProps) {
  return (
    <Header title={t.nav.scenes} note={count === undefined ? undefined : t.scenes.count(count)} compact>
      <SearchBox
        label={t.scenes.search}
        value={view.q}
        onSearch={(q, replace) => showScenes({ q }, replace)}
      />
      <Select
        class="shrink-0 md:ml-auto"
        label={t.scenes.sort}
        value={view.sort}
        options={SCENE_SORTS.map((value) => ({ value, label: t.scenes.sorts[value] }))}
        onChange={(value) => showScenes({ sort: SCENE_SORTS.find((sort) => sort === value) ?? view.sort })}
      />
    </Header>
  );
}
