import type { Schema } from '@shared/api/operations';
import type { Job, PhotoNote, Receipt } from './job';

/** What the queue keeps on the device. Every call is one transaction: it happens wholly or not at all. */
export interface QueueStorage {
  jobs(): Promise<Job[]>;
  /** Writes a job that is still there; says whether it was. */
  update(job: Job): Promise<boolean>;
  bytes(photo: string): Promise<ArrayBuffer | undefined>;
  /**
   * The server has it. Removes the job and the photos that nothing else refers to; what the household's later jobs and
   * its draft build on becomes the receipt's version.
   */
  finish(job: Job, receipt: Receipt): Promise<void>;
  /** Removes a job that a later one replaces. */
  drop(job: Job): Promise<void>;
}

/** The requests that the queue makes. Each fails with what the machine's `aftermath` understands. */
export interface QueueNetwork {
  announce(job: Job, photo: PhotoNote): Promise<Schema<'AnnouncedPhoto'>>;
  /** Succeeds too where the bytes are there already. */
  upload(upload: Schema<'Upload'>, bytes: ArrayBuffer): Promise<void>;
  send(job: Job, photoIds: string[]): Promise<Receipt>;
}

export interface Clock {
  now(): number;
  /** From 0 to 1. */
  random(): number;
}
