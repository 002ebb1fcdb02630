// Drafts, photos and the queue. Contents are sealed before a transaction begins, as that wouldn't wait for it.

import type { VerificationForm } from '@shared/domain/verification';
import type { IDBPTransaction } from 'idb';
import { isVerification, type Job, type PhotoNote, type Receipt } from '../queue/job';
import type { QueueStorage } from '../queue/ports';
import type { Device, Schema, StoredDraft, StoredJob } from './database';

/** A household's form while it is being filled in. */
export interface Draft {
  household: string;
  /** Of the head, to show. */
  name: string;
  form: VerificationForm;
  photos: PhotoNote[];
  /** The step of the form, from 1. */
  step: number;
  /** The version of the record that the officer saw. */
  baseVersion: number;
  /** Milliseconds since the epoch. */
  savedAt: number;
}

/** A report or a survey while it is being written. */
export interface NoteDraft {
  kind: 'report' | 'survey';
  household: string;
  /** Of the head, to show. */
  name: string;
  /** The fields of its screen. */
  given: Record<string, string | boolean>;
  photos: PhotoNote[];
  /** Milliseconds since the epoch. */
  savedAt: number;
}

/** What was entered counts as entered once it is on the disk, not once the system has promised to write it. */
const DURABLE = { durability: 'strict' } as const;

export class WorkStorage implements QueueStorage {
  constructor(private readonly device: Device) {}

  // ---- Drafts ----------------------------------------------------------------------------------------

  async draft(household: string): Promise<Draft | undefined> {
    const stored = await this.device.database.get('drafts', household);
    return stored && this.openDraft(stored);
  }

  async drafts(): Promise<Draft[]> {
    const stored = await this.device.database.getAll('drafts');
    return Promise.all(stored.filter((draft) => !isNote(draft)).map((draft) => this.openDraft(draft)));
  }

  async saveDraft(draft: Draft | NoteDraft): Promise<void> {
    const sealed = await this.sealedDraft(draft);
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    await putDraft(transaction, sealed);
    await transaction.done;
  }

  async note(kind: NoteDraft['kind'], household: string): Promise<NoteDraft | undefined> {
    const stored = await this.device.database.get('drafts', noteKey(kind, household));
    return stored && this.device.vault.open<NoteDraft>(stored.sealed);
  }

  async notes(): Promise<NoteDraft[]> {
    const stored = await this.device.database.getAll('drafts');
    return Promise.all(stored.filter(isNote).map((note) => this.device.vault.open<NoteDraft>(note.sealed)));
  }

  async deleteNote(kind: NoteDraft['kind'], household: string): Promise<void> {
    await this.deleteDraft(noteKey(kind, household));
  }

  /** Keeps a photo's bytes and names it in its draft, both or neither. */
  async addPhoto(draft: Draft | NoteDraft, id: string, bytes: ArrayBuffer): Promise<void> {
    const [sealed, sealedBytes] = await Promise.all([this.sealedDraft(draft), this.device.vault.sealBytes(bytes)]);
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    await transaction.objectStore('photos').put(sealedBytes, id);
    await putDraft(transaction, sealed);
    await transaction.done;
  }

  /** Takes a photo out of its draft, and its bytes off the disk. */
  async removePhoto(draft: Draft | NoteDraft, id: string): Promise<void> {
    const sealed = await this.sealedDraft(draft);
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    await putDraft(transaction, sealed);
    await deleteUnused(transaction, [id]);
    await transaction.done;
  }

  async deleteDraft(household: string): Promise<void> {
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    const drafts = transaction.objectStore('drafts');
    const stored = await drafts.get(household);
    await drafts.delete(household);
    await deleteUnused(transaction, stored?.photos ?? []);
    await transaction.done;
  }

  // ---- Queue -----------------------------------------------------------------------------------------

  async jobs(): Promise<Job[]> {
    const stored = await this.device.database.getAll('jobs');
    const jobs = await Promise.all(stored.map((job) => this.openJob(job)));
    return jobs.sort((one, other) => one.order - other.order);
  }

  /**
   * Queues a job in the place of its draft. A verification takes the place of those of its household waiting before it,
   * too, except for what has been tried: that may have been carried out, so it stays in front.
   */
  async enqueue(job: Job): Promise<void> {
    const sealed = await this.sealedJob(job);
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    if (isVerification(job)) {
      await takeTheirPlace(transaction, sealed);
    } else {
      await transaction.objectStore('jobs').put(sealed);
      await transaction.objectStore('drafts').delete(noteKey(job.work.kind as NoteDraft['kind'], job.household));
    }
    await transaction.done;
  }

  async update(job: Job): Promise<boolean> {
    const sealed = await this.sealedJob(job);
    const transaction = this.device.database.transaction('jobs', 'readwrite', DURABLE);
    const stored = await transaction.store.get(job.id);
    if (stored) {
      await transaction.store.put({ ...sealed, baseVersion: Math.max(stored.baseVersion, sealed.baseVersion) });
    }
    await transaction.done;
    return stored !== undefined;
  }

  async bytes(photo: string): Promise<ArrayBuffer | undefined> {
    const sealed = await this.device.database.get('photos', photo);
    return sealed && this.device.vault.openBytes(sealed);
  }

  async finish(job: Job, { record }: Receipt): Promise<void> {
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    await transaction.objectStore('jobs').delete(job.id);
    if (record) {
      await rebase(transaction, job.household, record.version);
    }
    await deleteUnused(transaction, job.photos.map((photo) => photo.id));
    await transaction.done;
  }

  async drop(job: Job): Promise<void> {
    const transaction = this.device.database.transaction(WORK, 'readwrite', DURABLE);
    await transaction.objectStore('jobs').delete(job.id);
    await deleteUnused(transaction, job.photos.map((photo) => photo.id));
    await transaction.done;
  }

  /** Replaces a job by another in its place, as when the officer insists on it. */
  async replace(old: Job, job: Job): Promise<void> {
    const sealed = await this.sealedJob(job);
    const transaction = this.device.database.transaction('jobs', 'readwrite', DURABLE);
    await transaction.store.delete(old.id);
    await transaction.store.put(sealed);
    await transaction.done;
  }

  async count(): Promise<{ drafts: number; jobs: number }> {
    const [drafts, jobs] = await Promise.all([this.device.database.count('drafts'), this.device.database.count('jobs')]);
    return { drafts, jobs };
  }

  // ---- Within ----------------------------------------------------------------------------------------

  private async sealedDraft(draft: Draft | NoteDraft): Promise<StoredDraft> {
    const photos = draft.photos.map((photo) => photo.id);
    const sealed = await this.device.vault.seal(draft);
    return 'kind' in draft
      ? { household: noteKey(draft.kind, draft.household), photos, baseVersion: 0, sealed }
      : { household: draft.household, photos, baseVersion: draft.baseVersion, sealed };
  }

  private async openDraft(stored: StoredDraft): Promise<Draft> {
    return { ...(await this.device.vault.open<Draft>(stored.sealed)), baseVersion: stored.baseVersion };
  }

  private async sealedJob(job: Job): Promise<StoredJob> {
    const photos = job.photos.map((photo) => photo.id);
    const baseVersion = isVerification(job) ? job.work.baseVersion : 0;
    const { id, household, order, tried } = job;
    const verification = isVerification(job);
    return { id, household, order, tried, verification, photos, baseVersion, sealed: await this.device.vault.seal(job) };
  }

  private async openJob(stored: StoredJob): Promise<Job> {
    const job = await this.device.vault.open<Job>(stored.sealed);
    return isVerification(job) ? { ...job, work: { ...job.work, baseVersion: stored.baseVersion } } : job;
  }
}

/** Among the drafts, what belongs to a report or a survey lies under its kind, too. A household's id has no colon. */
const noteKey = (kind: NoteDraft['kind'], household: string) => `${kind}:${household}`;
const isNote = (stored: StoredDraft) => stored.household.includes(':');

const WORK = ['drafts', 'jobs', 'photos'] as const;
type Transaction = IDBPTransaction<Schema, typeof WORK, 'readwrite'>;

/** Versions only grow: who saved a draft may not have seen a receipt yet. */
async function putDraft(transaction: Transaction, draft: StoredDraft): Promise<void> {
  const drafts = transaction.objectStore('drafts');
  const stored = await drafts.get(draft.household);
  await drafts.put({ ...draft, baseVersion: Math.max(stored?.baseVersion ?? 0, draft.baseVersion) });
}

async function takeTheirPlace(transaction: Transaction, job: StoredJob): Promise<void> {
  const [jobs, drafts] = [transaction.objectStore('jobs'), transaction.objectStore('drafts')];
  const draft = await drafts.get(job.household);
  const waiting = (await jobs.getAll()).filter((other) => other.household === job.household && other.verification);
  const replaced = waiting.filter((other) => !other.tried);
  for (const other of replaced) {
    await jobs.delete(other.id);
  }
  await drafts.delete(job.household);
  const baseVersion = Math.max(job.baseVersion, draft?.baseVersion ?? 0);
  await jobs.put({ ...job, baseVersion });
  await deleteUnused(transaction, [...replaced, ...(draft ? [draft] : [])].flatMap((other) => other.photos));
}

/** A receipt tells the household's later jobs, and its draft, what they build on. */
async function rebase(transaction: Transaction, household: string, version: number): Promise<void> {
  const [jobs, drafts] = [transaction.objectStore('jobs'), transaction.objectStore('drafts')];
  for (const job of await jobs.getAll()) {
    if (job.household === household && job.verification && job.baseVersion < version) {
      await jobs.put({ ...job, baseVersion: version });
    }
  }
  const draft = await drafts.get(household);
  if (draft && draft.baseVersion < version) {
    await drafts.put({ ...draft, baseVersion: version });
  }
}

async function deleteUnused(transaction: Transaction, photos: string[]): Promise<void> {
  if (photos.length === 0) {
    return;
  }
  const [drafts, jobs] = [await transaction.objectStore('drafts').getAll(), await transaction.objectStore('jobs').getAll()];
  const used = new Set([...drafts, ...jobs].flatMap((user) => user.photos));
  for (const photo of photos.filter((photo) => !used.has(photo))) {
    await transaction.objectStore('photos').delete(photo);
  }
}
