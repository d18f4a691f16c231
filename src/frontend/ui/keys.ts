const EDITABLE = "input, textarea, select, [contenteditable]";

/** True for keys that belong to a field or to an open dialog, and not to the page. */
export function isTyping(event: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return event.target instanceof Element && event.target.closest(EDITABLE) !== null;
}

/** A key as shortcuts are written: `s`, `Delete`, `Shift+d`. */
export function keyName({ key, shiftKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toLowerCase() : key;
  return shiftKey ? `Shift+${name}` : name;
}
