import { refusal, unreachable } from "./http.ts";
import type { Item, SourceItem } from "./types.gen.ts";

type Progress = (sentBytes: number) => void;

/** Adds images to the gallery; the server takes all of them or none. */
export function uploadImages(files: File[], onProgress: Progress): Promise<{ items: Item[] }> {
  return send("/api/images", files, onProgress);
}

/** Keeps pictures that only serve as source images. */
export function uploadSources(files: File[], onProgress: Progress): Promise<{ items: SourceItem[] }> {
  return send("/api/sources", files, onProgress);
}

/** XMLHttpRequest, because fetch cannot say how much of a body has been sent. */
function send<T>(url: string, files: File[], onProgress: Progress): Promise<T> {
  const form = new FormData();
  for (const file of files) form.append("file", file);
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", url);
    xhr.setRequestHeader("accept", "application/json");
    xhr.upload.onprogress = (event) => onProgress(event.loaded);
    xhr.onerror = () => reject(unreachable());
    xhr.onload = () => {
      if (xhr.status === 201) resolve(JSON.parse(xhr.responseText) as T);
      else reject(refusal(xhr.status, xhr.responseText, xhr.getResponseHeader("retry-after")));
    };
    xhr.send(form);
  });
}
