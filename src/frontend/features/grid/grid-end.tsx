import { ApiError } from "../../api/http.ts";
import { GAP_PX, type Geometry } from "../../lib/geometry.ts";
import { t } from "../../lib/strings.ts";
import { Retry } from "../../ui/retry.tsx";

interface GridEndProps {
  shape: Geometry;
  hasMore: boolean;
  error: Error | null;
  onRetry: () => void;
}

/** Holds the place of images that are still to come. */
export function GridEnd({ shape, hasMore, error, onRetry }: GridEndProps) {
  if (error) {
    const detail = error instanceof ApiError ? error.message : "";
    return <Retry text={t.grid.moreFailed} detail={detail} onRetry={onRetry} />;
  }
  return hasMore ? <Skeleton columns={shape.columns} rows={2} /> : null;
}

export function Skeleton({ columns, rows }: { columns: number; rows: number }) {
  return (
    <div
      role="status"
      aria-label={t.grid.loading}
      class="grid"
      style={{ gap: `${GAP_PX}px`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {Array.from({ length: columns * rows }, (_, index) => (
        <div key={index} class="aspect-square animate-pulse rounded-lg bg-fill" />
      ))}
    </div>
  );
}
