const count = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** Every word the app says, in one place. */
export const t = {
  app: "aiimagecraft",
  nav: {
    label: "Main",
    create: "Create",
    gallery: "Gallery",
    trash: "Trash",
    open: "Open menu",
    close: "Close menu",
    closeDetails: "Close details",
    skip: "Skip to content",
  },
  theme: { label: "Theme", light: "Light", dark: "Dark", system: "System" },
  live: {
    offline: "Connection lost. Trying to reconnect; what you see may be out of date.",
  },
  toast: { undo: "Undo", dismiss: "Dismiss", label: "Notices" },
  image: {
    star: "Star",
    unstar: "Unstar",
    edit: "Edit",
    trash: "Move to Trash",
    restore: "Restore",
    deleteForever: "Delete forever",
    download: "Download",
    select: "Select",
    missing: "Image file missing",
    untitled: "Image without a prompt",
  },
  done: {
    trashed: (n: number) => (n === 1 ? "Moved to Trash" : `${count(n, "image")} moved to Trash`),
    restored: (n: number) => (n === 1 ? "Restored" : `${count(n, "image")} restored`),
    deleted: (n: number) => (n === 1 ? "Deleted forever" : `${count(n, "image")} deleted forever`),
    copied: "Prompt copied",
  },
  failed: {
    star: "The star could not be changed.",
    trash: "Nothing was moved to Trash.",
    restore: "Nothing was restored.",
    delete: "The image could not be deleted.",
    empty: "Trash could not be emptied.",
    upload: "The upload failed.",
    generate: "The job could not be started.",
    cancel: "The job could not be cancelled.",
    retry: "The job could not be retried.",
    copy: "The prompt could not be copied.",
    job: (title: string) => `A job failed: ${title}`,
  },
  create: {
    prompt: "Prompt",
    placeholder: "Describe the image you want to see",
    generate: "Generate",
    model: "Model",
    size: "Size",
    number: "Images",
    fewer: "Fewer images",
    more: "More images",
    addSource: "Add source images",
    removeSource: (label: string) => `Remove source image ${label}`,
    sources: "Source images",
    dropSources: "Drop pictures to use them as source images",
    tooLong: "A prompt may have at most 32,000 characters.",
    tooManySources: (max: number) =>
      max === 0
        ? "This model takes no source images."
        : `This model takes at most ${count(max, "source image")}.`,
    offlineLead: "Sketches, drawn on this machine.",
    offline: "No model makes these pictures.",
    configFailed: "The models could not be loaded.",
  },
  jobs: {
    label: "Jobs",
    title: "Recent",
    failedLoad: "The jobs could not be loaded.",
    empty: "Your images appear here while they are made, and stay in the gallery.",
    cancel: "Cancel",
    retry: "Retry",
    progress: "Progress",
    view: "View",
    status: {
      queued: "Waiting",
      running: "Working",
      done: "Done",
      failed: "Failed",
      cancelled: "Cancelled",
    },
  },
  grid: {
    label: "Images",
    loadFailed: "The images could not be loaded.",
    moreFailed: "More images could not be loaded.",
    retry: "Try again",
    loading: "Loading images",
    arrivals: (n: number) => `${count(n, "new image")}`,
    selected: (n: number) => `${n.toLocaleString("en")} selected`,
    toolbar: "Selection",
    clear: "Clear selection",
  },
  gallery: {
    starred: "Starred",
    upload: "Upload",
    drop: "Drop pictures to add them to the gallery",
    emptyTitle: "No images yet",
    empty: "Everything you make or upload stays here.",
    emptyAction: "Create an image",
    starredTitle: "No starred images",
    starredEmpty: "Star an image to find it here.",
    starredAction: "Show all images",
  },
  upload: {
    running: (n: number) => `Uploading ${count(n, "image")}`,
    saving: (n: number) => `Saving ${count(n, "image")}`,
    done: (n: number) => `${count(n, "image")} added`,
    refused: (names: string[]) =>
      names.length === 1
        ? `${names[0]} is not a PNG, JPEG, WebP or GIF image.`
        : `${count(names.length, "file")} are not PNG, JPEG, WebP or GIF images.`,
  },
  trash: {
    days: (n: number) => `Images stay here for ${count(n, "day")}`,
    emptyAction: "Empty Trash",
    emptyTitle: "Trash is empty",
    empty: "Images you move to Trash wait here before they are deleted.",
    back: "Go to Gallery",
    confirmEmptyTitle: "Empty Trash?",
    confirmEmpty: (n: number | null) =>
      n === null
        ? "Every image in Trash is deleted forever, originals included. This cannot be undone."
        : `${count(n, "image")} in Trash will be deleted forever, originals included. This cannot be undone.`,
    confirmTitle: (n: number) =>
      n === 1 ? "Delete this image forever?" : `Delete ${count(n, "image")} forever?`,
    confirm: (n: number) =>
      n === 1
        ? "The original is deleted too. This cannot be undone."
        : "Their originals are deleted too. This cannot be undone.",
    cancel: "Cancel",
  },
  viewer: {
    label: "Image viewer",
    previous: "Previous",
    next: "Next",
    close: "Close",
    details: "Details",
    copy: "Copy",
    prompt: "Prompt",
    model: "Model",
    size: "Size",
    created: "Created",
    file: "File",
    tokens: "Tokens",
    cost: "Cost",
    params: "Parameters",
    sources: "Source images",
    edits: "Edited into",
    source: (n: number) => `Source image ${n}`,
    sourceGone: "This source image was deleted",
    failed: "This image could not be loaded.",
    notFound: "This image is not in the gallery any more.",
  },
  notFound: {
    title: "There is no such page",
    body: "The address may be mistyped, or the page has moved.",
    action: "Go to Gallery",
  },
  launch: {
    title: "aiimagecraft could not start",
    body: "An unexpected error stopped the page. Your images are safe on the server.",
    action: "Reload",
  },
} as const;
