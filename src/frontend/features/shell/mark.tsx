/** The app's own mark, as on its browser tab. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" class="size-5" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="fill-indigo-600" />
      <path
        class="fill-white"
        d="M16 5.5c1.2 5.9 3.6 8.3 9.5 9.5v2c-5.9 1.2-8.3 3.6-9.5 9.5c-1.2-5.9-3.6-8.3-9.5-9.5v-2c5.9-1.2 8.3-3.6 9.5-9.5z"
      />
    </svg>
  );
}
