import { type Component, type ComponentType, createElement, type FunctionComponent } from "preact";

/** A component that is drawn again only when one of its properties is another value. */
export function memo<P extends object>(inner: FunctionComponent<P>): FunctionComponent<P> {
  function Memo(this: Component<P>, props: P) {
    this.shouldComponentUpdate = (next) => differs(this.props, next);
    return createElement(inner as ComponentType<P>, props as never);
  }
  return Memo as unknown as FunctionComponent<P>;
}

function differs(a: object, b: object): boolean {
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const name of names) if (left[name] !== right[name]) return true;
  return false;
}
