// What happens to jobs, as pure functions: which one is next, and what a failure makes of it.

import { NoAnswer, Problem } from '@shared/api/problem';
import type { Schema } from '@shared/api/operations';
import { backoff } from './backoff';
import { isVerification, type Job, type PhotoNote, type Trouble } from './job';

/** Storage refused a photo's bytes. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';

  constructor(readonly status: number) {
    super(`upload refused: ${status}`);
  }
}

/** A photo's bytes are not on this device any more. */
export class BytesMissing extends Error {
  override readonly name = 'BytesMissing';
}

/** So often a photo that the server says it lacks is uploaded anew before the officer is asked. */
const UPLOADS_ANEW = 5;

/** The job to send now: due, and first of its household. Those that failed least come first, so none holds up others. */
export function nextJob(jobs: readonly Job[], now: number): Job | undefined {
  const due = firstOfHouseholds(jobs).filter((job) => !needsOfficer(job) && job.retryAt <= now);
  return due.sort((one, other) => one.attempts - other.attempts || one.order - other.order)[0];
}

/** When a job will be due that isn't yet; nothing where none waits for time to pass. */
export function nextMoment(jobs: readonly Job[]): number | undefined {
  const waiting = firstOfHouseholds(jobs).filter((job) => !needsOfficer(job));
  return waiting.length > 0 ? Math.min(...waiting.map((job) => job.retryAt)) : undefined;
}

function firstOfHouseholds(jobs: readonly Job[]): Job[] {
  const first = new Map<string, Job>();
  for (const job of jobs) {
    // Verifications of a household build on each other; reports and surveys stand for themselves.
    const line = isVerification(job) ? job.household : job.id;
    const earlier = first.get(line);
    if (!earlier || job.order < earlier.order) {
      first.set(line, job);
    }
  }
  return [...first.values()];
}

export function needsOfficer(job: Job): boolean {
  return job.trouble?.kind === 'refused' || job.trouble?.kind === 'conflict';
}

export function nextPhoto(job: Job): PhotoNote | undefined {
  return job.photos.find((photo) => !photo.uploaded);
}

/** The server said at the last try that photos haven't arrived. */
export function lacksPhotos(job: Job): boolean {
  return job.trouble?.errors.some((error) => error.code === 'photo_not_uploaded') ?? false;
}

export function withPhoto(job: Job, changed: PhotoNote): Job {
  return { ...job, photos: job.photos.map((photo) => (photo.id === changed.id ? changed : photo)) };
}

/** What is to be done after a failure. */
export type Aftermath =
  | { kind: 'changed'; job: Job }
  /** Another job of the household says more than this one, which was not carried out. */
  | { kind: 'superseded' }
  /** The session is over: everything waits for the officer to sign in. */
  | { kind: 'sign_in' };

/** `followers` are later verifications of the same household. */
export function aftermath(job: Job, failure: unknown, followers: number, now: number, random: number): Aftermath {
  const verdict = judge(job, failure);
  if (verdict.kind === 'sign_in') {
    return verdict;
  }
  const { detail, errors, code, current } = wordsOf(failure);
  const trouble: Trouble = { kind: verdict.kind, code, detail, errors, at: now, ...(current && { current }) };
  if (verdict.kind !== 'waiting') {
    // An answered refusal: it certainly wasn't carried out, so that another job may take its place.
    return followers > 0 && isVerification(job)
      ? { kind: 'superseded' }
      : { kind: 'changed', job: { ...job, tried: false, trouble } };
  }
  const attempts = job.attempts + 1;
  const retryAt = now + backoff(attempts, random, verdict.retryAfter);
  const photos = verdict.uploadAnew ? job.photos.map((photo) => ({ ...photo, uploaded: false })) : job.photos;
  return { kind: 'changed', job: { ...job, photos, attempts, retryAt, trouble } };
}

type Verdict =
  | { kind: 'waiting'; retryAfter?: number; uploadAnew?: boolean }
  | { kind: 'refused' }
  | { kind: 'conflict' }
  | { kind: 'sign_in' };

function judge(job: Job, failure: unknown): Verdict {
  if (failure instanceof UploadRefused) {
    // 400: the bytes were damaged on the way. 403: the address had run out. Both are cured by asking anew.
    return { kind: 'waiting' };
  }
  if (failure instanceof BytesMissing) {
    return { kind: 'refused' };
  }
  if (!(failure instanceof Problem)) {
    // Silence, or a fault of our own: in both cases the work is kept and tried again.
    return { kind: 'waiting' };
  }
  const { status, code, errors } = failure;
  if (status === 401 || code === 'profile_incomplete') {
    return { kind: 'sign_in' };
  }
  if (status === 412 || code === 'completed') {
    return { kind: 'conflict' };
  }
  const lacksPhotos = errors.length > 0 && errors.every((error) => error.code === 'photo_not_uploaded');
  if (status === 422 && lacksPhotos && job.attempts < UPLOADS_ANEW) {
    return { kind: 'waiting', uploadAnew: true };
  }
  if (status >= 500 || status === 429 || status === 408) {
    return { kind: 'waiting', ...(failure.retryAfter !== undefined && { retryAfter: failure.retryAfter }) };
  }
  return { kind: 'refused' };
}

interface Words extends Pick<Trouble, 'code' | 'detail' | 'errors'> {
  current?: Schema<'Household'>;
}

function wordsOf(failure: unknown): Words {
  if (failure instanceof Problem) {
    const current = isRecord(failure.current) ? failure.current : undefined;
    return { code: failure.code, detail: failure.detail || failure.title, errors: failure.errors, ...(current && { current }) };
  }
  if (failure instanceof UploadRefused) {
    return { code: `upload_${failure.status}`, detail: '', errors: [] };
  }
  if (failure instanceof BytesMissing) {
    return { code: 'bytes_missing', detail: '', errors: [] };
  }
  return { code: failure instanceof NoAnswer ? 'no_answer' : 'unexpected', detail: '', errors: [] };
}

function isRecord(value: unknown): value is Schema<'Household'> {
  return typeof value === 'object' && value !== null && 'id' in value && 'version' in value;
}

/** Sends at once what waits for time to pass: the network is back, or the officer asked. */
export function hurried(job: Job): Job {
  return needsOfficer(job) ? job : { ...job, retryAt: 0 };
}

/**
 * What the officer decided about a conflict: their own version goes over the one on the server, which stays in the
 * household's history. A new key, because it is another request than the one that was refused.
 */
export function insisted(job: Job, version: number, id: string): Job {
  const { trouble: _, ...rest } = job;
  const work = isVerification(job) ? { ...job.work, baseVersion: version } : job.work;
  return { ...rest, id, work, tried: false, attempts: 0, retryAt: 0 };
}
