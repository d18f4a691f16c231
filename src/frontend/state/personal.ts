const OURS = "aiimagecraft.";
const OWNER = `${OURS}user`;

/** What is kept for whoever sits at this browser; all else that is kept is a person's own. */
const SHARED = new Set(["theme", "cell", "compare"].map((name) => OURS + name));

/** Forgets the draft, the prompts and whatever else of a person this browser keeps. */
export function forgetPersonal(): void {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(OURS) && !SHARED.has(name)) localStorage.removeItem(name);
  }
}

/**
 * Sees to it that what is kept belongs to one person.
 *
 * @returns whether it was another's, and is forgotten.
 */
export function keepFor(username: string): boolean {
  const owner = localStorage.getItem(OWNER);
  const others = owner !== null && owner !== username;
  if (others) forgetPersonal();
  localStorage.setItem(OWNER, username);
  return others;
}
