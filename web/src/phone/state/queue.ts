// When the queue runs, and what the screens know of it.

import { chinaTimestamp } from '@shared/domain/china-time';
import { computed, ref, shallowRef } from 'vue';
import { ApiNetwork } from '../device/network';
import { inOneTab } from '../device/one-tab';
import type { Draft, NoteDraft } from '../device/work-storage';
import { randomId } from '../photo/intake';
import { isVerification, type Job, type PhotoNote } from '../queue/job';
import { hurried, insisted, needsOfficer } from '../queue/machine';
import { runQueue, type RunEnd } from '../queue/runner';
import { app, hasNetwork, sessionOver } from './app';
import { received } from './households';

export const jobs = shallowRef<Job[]>([]);
export const drafts = shallowRef<Draft[]>([]);
/** Reports and surveys that are being written. */
export const notes = shallowRef<NoteDraft[]>([]);
/** The job that is being sent, and the share of its photo that has gone. */
export const sending = ref<{ job: string; share: number }>();
export const troubled = computed(() => jobs.value.filter(needsOfficer));

/** Even where no event tells that the network is back. */
const SAFETY = 60_000;
const CHANGED = 'anju-changed';

/** Reads the work from the device again. */
export async function refreshWork(): Promise<void> {
  const { storage } = app();
  [jobs.value, drafts.value, notes.value] = await Promise.all([storage.jobs(), storage.drafts(), storage.notes()]);
}

/** After a change of the work: the screens, and those of other tabs. */
export async function workChanged(): Promise<void> {
  await refreshWork();
  localStorage.setItem(CHANGED, String(Date.now() + Math.random()));
}

/** From now on the queue is sent whenever there is a chance. */
export function watchQueue(): void {
  window.addEventListener('online', () => {
    hasNetwork.value = true;
    void sendQueue(true);
  });
  window.addEventListener('offline', () => (hasNetwork.value = false));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      void sendQueue(true);
    }
  });
  window.addEventListener('storage', (event) => {
    if (event.key === CHANGED) {
      void refreshWork();
    }
  });
  setInterval(() => void sendQueue(false), SAFETY);
  void sendQueue(true);
}

let running = false;
/** Something was queued while the queue was at its end. */
let isWanted = false;
let timer = 0;

/** Sends what is due; `hurry` sends what waits for time to pass, too. */
export async function sendQueue(hurry: boolean): Promise<void> {
  if (running || sessionOver.value || jobs.value.length === 0) {
    isWanted = running;
    return;
  }
  running = true;
  isWanted = false;
  clearTimeout(timer);
  try {
    const end = await inOneTab('anju-queue', async () => {
      if (hurry) {
        await hurryUp();
      }
      return run();
    });
    if (end?.kind === 'waiting') {
      timer = window.setTimeout(() => void sendQueue(false), Math.max(500, end.until - Date.now()));
    } else if (end?.kind === 'sign_in') {
      sessionOver.value = true;
    }
  } catch {
    // The disk refuses, or a sign-out has closed it. What is queued is tried again at the next chance.
  }
  running = false;
  sending.value = undefined;
  await workChanged();
  if (isWanted) {
    void sendQueue(false);
  }
}

async function hurryUp(): Promise<void> {
  for (const job of await app().storage.jobs()) {
    if (job.retryAt > 0) {
      await app().storage.update(hurried(job));
    }
  }
}

function run(): Promise<RunEnd> {
  const network = new ApiNetwork(app().client);
  network.onProgress = (share) => {
    if (sending.value) {
      sending.value = { ...sending.value, share };
    }
  };
  return runQueue({
    storage: app().storage,
    network: {
      announce: (job, photo) => network.announce(job, photo),
      upload: (upload, bytes) => network.upload(upload, bytes),
      send: async (job, photoIds) => {
        const receipt = await network.send(job, photoIds);
        if (receipt.record) {
          await received(receipt.record);
        }
        return receipt;
      },
    },
    clock: { now: Date.now, random: Math.random },
    changed: (job) => {
      sending.value = job && { job: job.id, share: 0 };
      void refreshWork();
    },
  });
}

type NewJob = Pick<Job, 'household' | 'name' | 'work' | 'photos'>;

/** Queues something and tries to send it at once. It is on the disk when this returns. */
export async function queue(given: NewJob): Promise<void> {
  const now = Date.now();
  const last = jobs.value.reduce((highest, job) => Math.max(highest, job.order), 0);
  const job: Job = { ...given, id: randomId(), order: Math.max(now, last + 1), createdAt: now, tried: false, attempts: 0, retryAt: 0 };
  await app().storage.enqueue(job);
  await workChanged();
  void sendQueue(false);
}

/** A queued verification as a form, to be changed. It stays queued until the changed one takes its place. */
export function formOfJob(job: Job): Draft | undefined {
  if (!isVerification(job)) {
    return undefined;
  }
  const { household, name, photos, work } = job;
  return { household, name, photos, form: work.form, baseVersion: work.baseVersion, step: 4, savedAt: 0 };
}

/** After a conflict: the own version as a draft that builds on the server's, which the officer has seen. */
export async function editOver(job: Job, version: number): Promise<void> {
  const draft = formOfJob(job);
  if (draft) {
    await app().storage.saveDraft({ ...draft, baseVersion: version, savedAt: Date.now() });
    await workChanged();
  }
}

/** The officer's own version goes over the server's. */
export async function insist(job: Job, version: number): Promise<void> {
  await app().storage.replace(job, insisted(job, version, randomId()));
  await workChanged();
  void sendQueue(false);
}

/** The officer gives up what was queued. */
export async function giveUp(job: Job): Promise<void> {
  await app().storage.drop(job);
  await workChanged();
}

/** Everything that waits, with photos, for another way to the office. */
export async function exported(): Promise<Blob> {
  const { storage } = app();
  const photos: { id: string; base64: string }[] = [];
  const kept = [...jobs.value, ...drafts.value, ...notes.value].flatMap((work) => work.photos);
  for (const id of new Set(kept.map((photo: PhotoNote) => photo.id))) {
    const bytes = await storage.bytes(id);
    if (bytes) {
      photos.push({ id, base64: base64(bytes) });
    }
  }
  const content = { format: 'anju-queue-1', exported_at: chinaTimestamp(Date.now()), jobs: jobs.value, drafts: drafts.value, notes: notes.value, photos };
  return new Blob([JSON.stringify(content)], { type: 'application/json' });
}

function base64(bytes: ArrayBuffer): string {
  const view = new Uint8Array(bytes);
  let text = '';
  for (let at = 0; at < view.length; at += 32_768) {
    text += String.fromCharCode(...view.subarray(at, at + 32_768));
  }
  return btoa(text);
}
