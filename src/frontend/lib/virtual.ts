/** No scroller is taller than this; browsers stop at 2^24 px or before. */
export const MOST_PX = 8_000_000;
/** A jump of the scroller by more is the scrollbar's or the End key's doing, not the wheel's. */
const LEAP_PX = 4_000;

/**
 * Where a person is in a list that is taller than its scroller. What is at the virtual height `top` is at the
 * scroller's own height `top - base`.
 */
export interface Scroll {
  /** The virtual height at the upper edge of the viewport. */
  top: number;
  base: number;
}

/** Heights of the list and of the viewport. */
export interface Heights {
  height: number;
  view: number;
}

export function physicalHeight({ height }: Heights): number {
  return Math.min(height, MOST_PX);
}

export function clampTop(top: number, { height, view }: Heights): number {
  return Math.max(0, Math.min(top, height - view));
}

/** A quarter at either end is shown as it is; only between them many virtual pixels share one. */
function zone(physical: number): number {
  return physical / 4;
}

/** The scroller's own height for a virtual one, with room to move on in both directions. */
export function toPhysical(top: number, heights: Heights): number {
  const physical = physicalHeight(heights);
  if (physical === heights.height) return top;
  const edge = zone(physical);
  const rest = heights.height - top;
  if (top <= edge) return top;
  if (rest <= edge) return physical - rest;
  const share = (top - edge) / (heights.height - 2 * edge);
  return Math.round(edge + share * (physical - 2 * edge));
}

export function toVirtual(scrollTop: number, heights: Heights): number {
  const physical = physicalHeight(heights);
  if (physical === heights.height) return scrollTop;
  const edge = zone(physical);
  const rest = physical - scrollTop;
  if (scrollTop <= edge) return scrollTop;
  if (rest <= edge) return heights.height - rest;
  const share = (scrollTop - edge) / (physical - 2 * edge);
  return edge + share * (heights.height - 2 * edge);
}

/** Where one is at a virtual height when nothing is known about how one came there. */
export function anchored(top: number, heights: Heights): Scroll {
  const at = clampTop(top, heights);
  return { top: at, base: at - toPhysical(at, heights) };
}

/** Where one is after the scroller moved by itself. */
export function moved(before: Scroll, scrollTop: number, heights: Heights): Scroll {
  const leap = Math.abs(scrollTop - (before.top - before.base)) > LEAP_PX;
  if (leap) {
    const top = toVirtual(scrollTop, heights);
    return { top, base: top - scrollTop };
  }
  return { top: scrollTop + before.base, base: before.base };
}

/** True when the scroller has to be set anew, since its end is near but that of the list is not. */
export function cornered({ top, base }: Scroll, heights: Heights): boolean {
  const scrollTop = top - base;
  const below = physicalHeight(heights) - heights.view - scrollTop;
  const atStart = scrollTop < heights.view && base !== 0;
  const atEnd = below < heights.view && base !== heights.height - physicalHeight(heights);
  return atStart || atEnd;
}
