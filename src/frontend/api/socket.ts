import type { Item, Job } from "./types.gen.ts";

export type LiveEvent =
  | { ev: "ready"; data: { user: number; stamp: string } }
  | { ev: "imageCreated" | "imageUpdated" | "imageRestored"; data: { image: Item } }
  | { ev: "imageTrashed" | "imageDeleted"; data: { id: string } }
  | { ev: "imagesChanged"; data: { ids?: string[] } }
  | { ev: JobEventName; data: { job: Job } };

export type JobEventName =
  | "jobQueued"
  | "jobRunning"
  | "jobProgress"
  | "jobDone"
  | "jobFailed"
  | "jobCancelled";

interface SocketHandlers {
  onEvent: (event: LiveEvent) => void;
  onClose: (code: number) => void;
}

/** The code that a connection is closed with when its session or token is missing or has ended. */
export const NO_ACCESS = 4401;

/** Opens one connection; `onClose` is called once, whether it ever opened or not. */
export function openSocket({ onEvent, onClose }: SocketHandlers): WebSocket {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws`);
  socket.onmessage = (message: MessageEvent<string>) => onEvent(JSON.parse(message.data) as LiveEvent);
  socket.onclose = ({ code }) => onClose(code);
  return socket;
}
