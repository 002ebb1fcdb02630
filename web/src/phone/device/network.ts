import type { Client } from '@shared/api/client';
import { NoAnswer } from '@shared/api/problem';
import type { Schema } from '@shared/api/operations';
import { bodyOf } from '@shared/domain/verification';
import type { Job, PhotoNote, Receipt } from '../queue/job';
import { UploadRefused } from '../queue/machine';
import type { QueueNetwork } from '../queue/ports';

/** Milliseconds without a byte moving after which an upload is given up. A photo as such may take many minutes. */
const STALLED = 60_000;

export class ApiNetwork implements QueueNetwork {
  /** Called with the share of a photo that is on its way, 0 to 1. */
  onProgress: (share: number) => void = () => undefined;

  constructor(private readonly client: Client) {}

  announce(job: Job, photo: PhotoNote): Promise<Schema<'AnnouncedPhoto'>> {
    return this.client.post('/v1/households/{id}/photos', {
      path: { id: job.household },
      // A position that came later makes another request of it.
      idempotencyKey: `${photo.id}${photo.fix ? `.${photo.fix.fixedAt}` : ''}`,
      body: {
        purpose: job.work.kind === 'survey' ? 'survey' : 'verification',
        source: photo.source,
        content_type: photo.contentType,
        size: photo.size,
        sha256: photo.sha256,
        ...(photo.takenAt && { taken_at: photo.takenAt }),
        ...(photo.fix && {
          declared_location: {
            latitude: photo.fix.latitude,
            longitude: photo.fix.longitude,
            accuracy_m: photo.fix.accuracy,
            fixed_at: photo.fix.fixedAt,
          },
        }),
      },
    });
  }

  upload(upload: Schema<'Upload'>, bytes: ArrayBuffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let watch = 0;
      const moved = () => {
        clearTimeout(watch);
        watch = window.setTimeout(() => request.abort(), STALLED);
      };
      const end = (settle: () => void) => () => {
        clearTimeout(watch);
        settle();
      };
      request.open(upload.method, upload.url);
      for (const [name, value] of Object.entries(upload.headers)) {
        if (!/^(content-length|host)$/i.test(name)) {
          request.setRequestHeader(name, value); // the two are the browser's to set
        }
      }
      request.upload.addEventListener('progress', (event) => {
        moved();
        this.onProgress(event.lengthComputable ? event.loaded / event.total : 0);
      });
      request.addEventListener('load', end(() => (isStored(request.status) ? resolve() : reject(new UploadRefused(request.status)))));
      for (const silence of ['error', 'abort', 'timeout']) {
        request.addEventListener(silence, end(() => reject(new NoAnswer(silence))));
      }
      moved();
      request.send(bytes);
    });
  }

  async send(job: Job, photoIds: string[]): Promise<Receipt> {
    const { client } = this;
    const { work } = job;
    const path = { id: job.household };
    const idempotencyKey = job.id;
    switch (work.kind) {
      case 'complete':
      case 'draft': {
        const request = { path, idempotencyKey, ifMatch: work.baseVersion, body: bodyOf(work.form, photoIds) };
        const record = await (work.kind === 'complete'
          ? client.post('/v1/households/{id}/verification/complete', request)
          : client.put('/v1/households/{id}/verification', request));
        return { record: receipt(record, record.id === job.household) };
      }
      case 'report': {
        const body = { type: work.type, content: work.content };
        const report = await client.post('/v1/households/{id}/feedback', { path, idempotencyKey, body });
        receipt(report, report.household_id === job.household);
        return {};
      }
      case 'survey': {
        const { surveyor, surveyedAt, opinion, finding } = work;
        const body = { surveyor, surveyed_at: surveyedAt, public: work.public, opinion, finding, photo_ids: photoIds };
        const survey = await client.post('/v1/households/{id}/surveys', { path, idempotencyKey, body });
        receipt(survey, survey.household_id === job.household);
        return {};
      }
    }
  }
}

/** 412: it was there already, from an upload whose answer was lost. */
function isStored(status: number): boolean {
  return (status >= 200 && status < 300) || status === 412;
}

/** What answers in the server's place (a hotel's sign-in page) gives no receipt. */
function receipt<T>(answer: T, isOurs: boolean): T {
  if (!isOurs) {
    throw new NoAnswer('an answer that is not the API’s');
  }
  return answer;
}
