import type { FieldProblem } from '@shared/api/problem';
import type { Schema } from '@shared/api/operations';
import type { VerificationForm } from '@shared/domain/verification';

/** Where a photo was taken, as the phone knew it at the shutter. */
export interface Fix {
  latitude: number;
  longitude: number;
  /** Radius of the error in metres. */
  accuracy: number;
  /** RFC 3339. */
  fixedAt: string;
}

/** What is known of a photo besides its bytes, which lie by `id` in a store of their own. */
export interface PhotoNote {
  /** Made on this device; the server's own id where the photo came from there. */
  id: string;
  source: Schema<'Source'>;
  contentType: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/heic';
  size: number;
  /** Of the bytes, in hex. */
  sha256: string;
  /** RFC 3339: by EXIF, else by the phone's clock or the file's date. */
  takenAt?: string;
  fix?: Fix;
  /** The server's id, once it has been announced. */
  server?: string;
  /** Its bytes have arrived. */
  uploaded: boolean;
}

/** What the officer sees while a verification is on its way. */
export interface VerificationWork {
  kind: 'complete' | 'draft';
  form: VerificationForm;
  /** The version that the officer saw; a receipt of an earlier job moves it. */
  baseVersion: number;
}

export interface ReportWork {
  kind: 'report';
  type: Schema<'FeedbackType'>;
  content: string;
}

export interface SurveyWork {
  kind: 'survey';
  surveyor: string;
  surveyedAt: string;
  public: boolean;
  opinion: string;
  finding: string;
}

/** Why a job isn't sent at the moment. */
export interface Trouble {
  /**
   * `waiting`: tried, will be tried again. `refused`: the server wants something else, the officer has to look.
   * `conflict`: somebody else changed the record.
   */
  kind: 'waiting' | 'refused' | 'conflict';
  /** Stable code of the problem; `no_answer` where nobody answered. */
  code: string;
  /** The server's words, if it had any. */
  detail: string;
  errors: FieldProblem[];
  /** With a conflict: the record as it is on the server. */
  current?: Schema<'Household'>;
  at: number;
}

/** One thing that the server is to be told. Its id is the idempotency key: however often it is sent, it counts once. */
export interface Job {
  id: string;
  /** Jobs of a household are sent in this order. */
  order: number;
  household: string;
  /** Of the head, to show. */
  name: string;
  work: VerificationWork | ReportWork | SurveyWork;
  photos: PhotoNote[];
  createdAt: number;
  /** The last request has been sent at least once, so that it may have been carried out. */
  tried: boolean;
  /** Failures in a row. */
  attempts: number;
  /** Not before this moment. */
  retryAt: number;
  trouble?: Trouble;
}

/** The server's word that it has it. */
export interface Receipt {
  /** The household's record, after a verification. */
  record?: Schema<'Household'>;
}

export function isVerification(job: Job): job is Job & { work: VerificationWork } {
  return job.work.kind === 'complete' || job.work.kind === 'draft';
}
