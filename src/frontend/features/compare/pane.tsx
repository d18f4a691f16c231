import type { UseQueryResult } from "@tanstack/preact-query";
import { ApiError } from "../../api/http.ts";
import type { ImageDetail } from "../../api/types.gen.ts";
import { t } from "../../lib/strings.ts";
import type { ZoomView } from "../../ui/zoom.ts";
import { Picture } from "../viewer/picture.tsx";

export type Compared = readonly [UseQueryResult<ImageDetail>, UseQueryResult<ImageDetail>];

interface PaneProps {
  image: UseQueryResult<ImageDetail>;
  view: ZoomView;
}

/** One of the two images, or why there is none. */
export function Pane({ image: { data, error }, view }: PaneProps) {
  if (data) return <Picture key={data.id} item={data} view={view} />;
  if (!error) return null;
  return (
    <p role="alert" class="flex size-full items-center justify-center p-4 text-center text-soft">
      {error instanceof ApiError && error.status === 404 ? t.viewer.notFound : t.viewer.failed}
    </p>
  );
}
