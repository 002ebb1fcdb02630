// Sends what is queued, one job after the other, until nothing is due or somebody doesn't answer.

import type { Job } from './job';
import { aftermath, BytesMissing, lacksPhotos, nextJob, nextMoment, nextPhoto, withPhoto } from './machine';
import { isVerification } from './job';
import type { Clock, QueueNetwork, QueueStorage } from './ports';

/** How a run ended. */
export type RunEnd =
  | { kind: 'done' }
  /** Something waits: run again at this moment. */
  | { kind: 'waiting'; until: number }
  | { kind: 'sign_in' };

export interface QueuePorts {
  storage: QueueStorage;
  network: QueueNetwork;
  clock: Clock;
  /** Called after each change, for the screen. */
  changed: (sending?: Job) => void;
}

export async function runQueue(ports: QueuePorts): Promise<RunEnd> {
  for (;;) {
    const jobs = await ports.storage.jobs();
    const job = nextJob(jobs, ports.clock.now());
    if (!job) {
      const until = nextMoment(jobs);
      return until === undefined ? { kind: 'done' } : { kind: 'waiting', until };
    }
    ports.changed(job);
    const end = await attempt(ports, job);
    ports.changed();
    if (end) {
      return end;
    }
  }
}

/** One try of one job; says how the run ends where it shouldn't go on. */
async function attempt(ports: QueuePorts, job: Job): Promise<RunEnd | undefined> {
  // What is learnt on the way (a photo has arrived) must not be lost with a failure at the end.
  let current = job;
  const keep = async (changed: Job) => {
    current = changed;
    return ports.storage.update(changed);
  };
  try {
    await deliver(ports, job, keep);
    return undefined;
  } catch (failure) {
    return afterFailure(ports, current, failure);
  }
}

async function deliver(ports: QueuePorts, first: Job, keep: (job: Job) => Promise<boolean>): Promise<void> {
  let job = first;
  for (let photo = nextPhoto(job); photo; photo = nextPhoto(job)) {
    const bytes = await ports.storage.bytes(photo.id);
    if (!bytes && lacksPhotos(job)) {
      throw new BytesMissing();
    }
    const announced = await ports.network.announce(job, photo);
    job = withPhoto(job, { ...photo, server: announced.photo_id });
    await keep(job);
    // Without bytes another job of the household has uploaded them; completing tells if that isn't so.
    if (bytes) {
      await ports.network.upload(announced.upload, bytes);
    }
    job = withPhoto(job, { ...photo, server: announced.photo_id, uploaded: true });
    if (!(await keep(job))) {
      return; // the officer took it back meanwhile
    }
  }
  job = { ...job, tried: true };
  // From here on its outcome may be unknown; that is noted before, so that nobody takes it back as never sent.
  if (!(await keep(job))) {
    return;
  }
  const receipt = await ports.network.send(job, job.photos.map((photo) => photo.server ?? photo.id));
  await ports.storage.finish(job, receipt);
}

async function afterFailure(ports: QueuePorts, job: Job, failure: unknown): Promise<RunEnd | undefined> {
  const jobs = await ports.storage.jobs();
  const followers = jobs.filter((other) => isVerification(other) && other.household === job.household && other.order > job.order);
  const now = ports.clock.now();
  const after = aftermath(job, failure, followers.length, now, ports.clock.random());
  if (after.kind === 'sign_in') {
    return after;
  }
  if (after.kind === 'superseded') {
    await ports.storage.drop(job);
    return undefined;
  }
  await ports.storage.update(after.job);
  // Whoever doesn't answer now won't answer the next one either.
  return after.job.trouble?.kind === 'waiting' ? { kind: 'waiting', until: after.job.retryAt } : undefined;
}
