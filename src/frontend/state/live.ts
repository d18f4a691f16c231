import type { LiveEvent } from "../api/socket.ts";
import { NO_ACCESS, openSocket } from "../api/socket.ts";
import type { Job } from "../api/types.gen.ts";
import { backoffMs } from "../lib/backoff.ts";
import { batched } from "../lib/batch.ts";
import { collectPresent, type ImageChanges } from "../lib/changes.ts";
import { online } from "../lib/online.ts";
import { applyImageChanges, refetchEverything } from "./changes.ts";
import { openLiveGate } from "./live-gate.ts";
import { applyJobs } from "./queries.ts";
import { isLeaving, isStillIn, isStillUser } from "./session.ts";

/** A bucket's addresses are signed for an hour at least; before the first can end, all are fetched anew. */
const REFRESH_MS = 45 * 60_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
let everReady = false;

/** Connects, and stays connected for as long as the page lives. */
export function startLive(onJobFailed: (job: Job) => void): void {
  const receive = batched<LiveEvent>((events) => applyEvents(events, onJobFailed));
  const connect = () => {
    timer = undefined;
    openSocket({ onEvent: receive, onClose });
  };
  const onClose = async (code: number) => {
    if (code !== NO_ACCESS || (await isStillIn())) retryLater(connect);
  };
  const hurry = () => {
    if (timer === undefined || document.visibilityState === "hidden" || isLeaving()) return;
    clearTimeout(timer);
    connect();
  };
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  setInterval(() => document.querySelector('img[src^="http"]') && refetchEverything(), REFRESH_MS);
  connect();
}

function retryLater(connect: () => void): void {
  if (isLeaving()) return;
  openLiveGate(null);
  online.set(false);
  timer = setTimeout(connect, backoffMs(failures, Math.random()));
  failures += 1;
}

function applyEvents(events: LiveEvent[], onJobFailed: (job: Job) => void): void {
  if (isLeaving() || events.some((event) => event.ev === "ready" && !isStillUser(event.data.user))) return;
  const images: ImageChanges = new Map();
  const jobs = new Map<string, Job>();
  let resync = false;
  for (const event of events) {
    if (event.ev === "ready") resync = welcome(event.data.stamp) || resync;
    else if (event.ev === "imagesChanged") resync = true;
    else if ("job" in event.data) {
      jobs.set(event.data.job.id, event.data.job);
      if (event.ev === "jobFailed") onJobFailed(event.data.job);
    } else collectImage(event, images);
  }
  if (jobs.size > 0) applyJobs(jobs);
  if (images.size > 0) applyImageChanges(images);
  if (resync) refetchEverything();
}

function collectImage(event: LiveEvent, images: ImageChanges): void {
  if ("image" in event.data) {
    const { image } = event.data;
    collectPresent(images, image, event.ev === "imageCreated");
  } else if ("id" in event.data) {
    images.set(event.data.id, { kind: event.ev === "imageTrashed" ? "trashed" : "deleted" });
  }
}

/** Returns whether events may have been missed since the lists were fetched. */
function welcome(stamp: string): boolean {
  const missed = everReady || failures > 0;
  everReady = true;
  failures = 0;
  online.set(true);
  openLiveGate(stamp);
  return missed;
}
