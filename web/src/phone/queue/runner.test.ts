// The queue against a server and a disk that fail whenever they like. Nothing may be lost, nothing may count twice.

import { NoAnswer, Problem } from '@shared/api/problem';
import type { Schema } from '@shared/api/operations';
import { emptyForm } from '@shared/domain/verification';
import fc from 'fast-check';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { openDevice, wipe, type Device } from '../device/database';
import { WorkStorage, type Draft } from '../device/work-storage';
import { backoff } from './backoff';
import type { Job, PhotoNote, Receipt, Trouble } from './job';
import { hurried, insisted, UploadRefused } from './machine';
import type { QueueNetwork, QueueStorage } from './ports';
import { runQueue, type RunEnd } from './runner';

const HOUSEHOLDS = ['530627100200-1', '530627100200-2', '530627100200-3'];
const record = (id: string, version: number) => ({ id, version, state: 'completed' }) as Schema<'Household'>;
const problem = (status: number, code = `status_${status}`, more: Partial<Problem> = {}) =>
  new Problem(status, code, '', '', more.errors ?? [], undefined, undefined, more.current);

/** The API, as far as the queue needs it: keys and versions count, bytes arrive once. */
class Server implements QueueNetwork {
  versions = new Map<string, number>();
  completions: { household: string; key: string; explanation: string; photos: ArrayBuffer[] }[] = [];
  uploads = new Map<string, ArrayBuffer>();
  private answers = new Map<string, string>();

  announce(job: Job, photo: PhotoNote): Promise<Schema<'AnnouncedPhoto'>> {
    const id = `${job.household}-${photo.id}`;
    return Promise.resolve({ photo_id: id, upload: { method: 'PUT', url: id, headers: {}, expires_at: '' } });
  }

  upload(upload: Schema<'Upload'>, bytes: ArrayBuffer): Promise<void> {
    if (!this.uploads.has(upload.url)) {
      this.uploads.set(upload.url, bytes.slice(0));
    }
    return Promise.resolve();
  }

  send(job: Job, photoIds: string[]): Promise<Receipt> {
    if (job.work.kind !== 'complete') {
      return Promise.resolve({});
    }
    const version = this.versions.get(job.household) ?? 1;
    if (!this.answers.has(job.id)) {
      if (job.work.baseVersion !== version) {
        return Promise.reject(problem(412, 'stale', { current: record(job.household, version) }));
      }
      const lacking = photoIds.filter((id) => !this.uploads.has(id));
      if (lacking.length > 0) {
        const errors = lacking.map(() => ({ pointer: '/photo_ids', code: 'photo_not_uploaded' as const, detail: '' }));
        return Promise.reject(problem(422, 'invalid', { errors }));
      }
      this.answers.set(job.id, job.household);
      this.versions.set(job.household, version + 1);
      const photos = photoIds.map((id) => this.uploads.get(id) ?? new ArrayBuffer(0));
      this.completions.push({ household: job.household, key: job.id, explanation: job.work.form.explanation, photos });
    }
    return Promise.resolve({ record: record(job.household, this.versions.get(job.household) ?? 1) });
  }
}

class Crash extends Error {}

/** Puts something before or after each call of an object: a refusal, silence, the end of the process. */
function disturbed<T extends object>(object: T, disturb: (before: boolean) => void): T {
  return new Proxy(object, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        disturb(true);
        const answer = await method.apply(target, given);
        disturb(false);
        return answer;
      };
    },
  });
}

async function device(): Promise<{ device: Device; storage: WorkStorage }> {
  globalThis.indexedDB = new IDBFactory();
  const opened = await openDevice();
  return { device: opened, storage: new WorkStorage(opened) };
}

function photo(id: string, uploaded = false): PhotoNote {
  return { id, source: 'camera', contentType: 'image/jpeg', size: 4, sha256: '', uploaded };
}

const bytes = (seed: number) => new Uint8Array([seed, 1, 2, 3]).buffer;
let order = 0;

function job(household: string, photos: PhotoNote[] = [], more: Partial<Job> = {}, explanation = 'x'): Job {
  const form = { ...emptyForm(), result: 'unsecured' as const, explanation };
  const work = { kind: 'complete' as const, form, baseVersion: 1 };
  return { id: `${household}/${order}`, order: order++, household, name: '张三', work, photos, createdAt: 0, tried: false, attempts: 0, retryAt: 0, ...more };
}

function draftOf(queued: Job, savedAt = 0): Draft {
  const { household, name, photos, work } = queued;
  if (work.kind !== 'complete') throw new Error('not a verification');
  return { household, name, photos, form: work.form, baseVersion: work.baseVersion, step: 1, savedAt };
}

/** As it comes about: the photo is on the disk before the form is handed over. */
async function enqueueWithPhoto(storage: WorkStorage, queued: Job, id: string, content: ArrayBuffer): Promise<void> {
  await storage.addPhoto(draftOf(queued), id, content);
  await storage.enqueue(queued);
}

function run(storage: QueueStorage, network: QueueNetwork, now = 0): Promise<RunEnd> {
  return runQueue({ storage, network, clock: { now: () => now, random: () => 0.5 }, changed: () => undefined });
}

describe('a queued verification', () => {
  test('arrives with its photos as they were, and is deleted with them only then', async () => {
    const { device: opened, storage } = await device();
    const server = new Server();
    await enqueueWithPhoto(storage, job(HOUSEHOLDS[0] ?? '', [photo('p')]), 'p', bytes(7));
    expect(await run(storage, server)).toEqual({ kind: 'done' });
    expect(server.completions.map(({ photos }) => photos.map((content) => [...new Uint8Array(content)]))).toEqual([[[7, 1, 2, 3]]]);
    expect(await storage.jobs()).toEqual([]);
    expect(await opened.database.count('photos')).toBe(0);
  });

  test.each([
    ['nobody answers', new NoAnswer(undefined)],
    ['the server is busy', problem(503, 'busy')],
    ['something of our own breaks', new TypeError('x')],
  ])('stays and waits where %s, with the reason', async (_, failure) => {
    const { storage } = await device();
    const server = new Server();
    await storage.enqueue(job('h-1'));
    const end = await run(storage, { ...bound(server), send: () => Promise.reject(failure) });
    expect(end).toEqual({ kind: 'waiting', until: 1500 });
    expect(await storage.jobs()).toMatchObject([{ attempts: 1, tried: true, retryAt: 1500, trouble: { kind: 'waiting' } }]);
    expect(await run(storage, server, 1499)).toEqual({ kind: 'waiting', until: 1500 });
    expect(await run(storage, server, 1500)).toEqual({ kind: 'done' });
  });

  test('that is refused waits for the officer, and holds up no other household', async () => {
    const { storage } = await device();
    const server = new Server();
    const errors = [{ pointer: '/note', code: 'note_required' as const, detail: '' }];
    await storage.enqueue(job('h-1'));
    await storage.enqueue(job('h-2'));
    const send = (queued: Job, ids: string[]) => (queued.household === 'h-1' ? Promise.reject(problem(422, 'invalid', { errors })) : server.send(queued, ids));
    expect(await run(storage, { ...bound(server), send })).toEqual({ kind: 'done' });
    expect(await storage.jobs()).toMatchObject([{ household: 'h-1', trouble: { kind: 'refused', errors } }]);
  });

  test('of a household that others have changed keeps both versions; insisting sends the own one over it', async () => {
    const { storage } = await device();
    const server = new Server();
    server.versions.set('h-1', 5);
    await storage.enqueue(job('h-1'));
    await run(storage, server);
    const [held] = await storage.jobs();
    expect(held).toMatchObject({ trouble: { kind: 'conflict', current: { version: 5 } } });
    if (!held) throw new Error('gone');
    await storage.replace(held, insisted(held, 5, 'new-key'));
    expect(await run(storage, server)).toEqual({ kind: 'done' });
    expect(server.completions.map(({ key }) => key)).toEqual(['new-key']);
  });

  test('whose photo the server lacks after all is uploaded again', async () => {
    const { storage } = await device();
    const server = new Server();
    await enqueueWithPhoto(storage, job('h-1', [photo('p', true)].map((note) => ({ ...note, server: 'h-1-p' }))), 'p', bytes(1));
    await run(storage, server);
    expect(await run(storage, server, 1e9)).toEqual({ kind: 'done' });
    expect(server.completions).toHaveLength(1);
  });

  test('whose photo another job has uploaded needs no bytes any more; one that never arrived is for the officer', async () => {
    const { storage } = await device();
    const server = new Server();
    await storage.enqueue(job('h-1', [photo('p')]));
    server.uploads.set('h-1-p', bytes(1));
    expect(await run(storage, server)).toEqual({ kind: 'done' });
    expect(server.completions).toHaveLength(1);
    await storage.enqueue(job('h-2', [photo('gone')]));
    expect(await run(storage, server)).toMatchObject({ kind: 'waiting' });
    expect(await run(storage, server, 1e9)).toEqual({ kind: 'done' });
    expect(await storage.jobs()).toMatchObject([{ trouble: { kind: 'refused', code: 'bytes_missing' } }]);
  });

  test('whose upload address has run out asks for another', async () => {
    const { storage } = await device();
    const server = new Server();
    let refused = 0;
    const upload = (to: Schema<'Upload'>, content: ArrayBuffer) => (refused++ === 0 ? Promise.reject(new UploadRefused(403)) : server.upload(to, content));
    await enqueueWithPhoto(storage, job('h-1', [photo('p')]), 'p', bytes(1));
    expect(await run(storage, { ...bound(server), upload })).toMatchObject({ kind: 'waiting' });
    expect(await run(storage, { ...bound(server), upload }, 1e9)).toEqual({ kind: 'done' });
  });

  test('waits for a sign-in without counting it as a failure', async () => {
    const { storage } = await device();
    await storage.enqueue(job('h-1'));
    expect(await run(storage, { ...bound(new Server()), send: () => Promise.reject(problem(401, 'unauthorized')) })).toEqual({ kind: 'sign_in' });
    expect(await storage.jobs()).toMatchObject([{ attempts: 0 }]);
  });
});

describe('what the officer does meanwhile', () => {
  test('a changed form takes the place of one that was never sent, and of its photos', async () => {
    const { device: opened, storage } = await device();
    const server = new Server();
    await enqueueWithPhoto(storage, job('h-1', [photo('p')], {}, 'first'), 'p', bytes(3));
    await storage.addPhoto({ ...draftOf(job('h-1')), photos: [photo('q')] }, 'q', bytes(4));
    await storage.enqueue(job('h-1', [photo('q')], {}, 'second'));
    expect(await opened.database.count('photos')).toBe(1);
    expect(await run(storage, server)).toEqual({ kind: 'done' });
    expect(server.completions.map(({ explanation }) => explanation)).toEqual(['second']);
  });

  test('a job that may have arrived stays in front of the corrected one, which builds on its receipt', async () => {
    const { storage } = await device();
    const server = new Server();
    const first = job('h-1', [], {}, 'first');
    await storage.enqueue(first);
    const lostAnswer = async (queued: Job, ids: string[]) => server.send(queued, ids).then(() => Promise.reject(new NoAnswer(undefined)));
    await run(storage, { ...bound(server), send: lostAnswer });
    await storage.enqueue(job('h-1', [], {}, 'second'));
    expect(await storage.jobs()).toHaveLength(2);
    expect(await run(storage, server, 1e9)).toEqual({ kind: 'done' });
    expect(server.completions.map(({ explanation }) => explanation)).toEqual(['first', 'second']);
  });

  test('a refused job makes way for the corrected one', async () => {
    const { storage } = await device();
    const server = new Server();
    const first = job('h-1', [], {}, 'first');
    await storage.enqueue(first);
    const refusing = (queued: Job, ids: string[]) => (queued.id === first.id ? Promise.reject(problem(422, 'invalid')) : server.send(queued, ids));
    await run(storage, { ...bound(server), send: () => Promise.reject(new NoAnswer(undefined)) });
    await storage.enqueue(job('h-1', [], {}, 'second'));
    expect(await run(storage, { ...bound(server), send: refusing }, 1e9)).toEqual({ kind: 'done' });
    expect(server.completions.map(({ explanation }) => explanation)).toEqual(['second']);
  });

  test('a refused job, and one in conflict, is replaced by the corrected one', async () => {
    const { storage } = await device();
    const server = new Server();
    server.versions.set('h-1', 4);
    await storage.enqueue(job('h-1', [], {}, 'first'));
    expect(await run(storage, server)).toEqual({ kind: 'done' });
    await storage.saveDraft({ ...draftOf(job('h-1')), baseVersion: 4 });
    await storage.enqueue(job('h-1', [], {}, 'second'));
    expect(await run(storage, server)).toEqual({ kind: 'done' });
    expect(server.completions.map(({ explanation }) => explanation)).toEqual(['second']);
  });

  test('a draft that is saved while a receipt comes in keeps what was typed and gets the new version', async () => {
    const { storage } = await device();
    const server = new Server();
    const first = job('h-1');
    await storage.enqueue(first);
    const typed = { ...draftOf(first), form: { ...emptyForm(), note: 'typed meanwhile' } };
    const send = async (queued: Job, ids: string[]) => {
      await storage.saveDraft(typed);
      return server.send(queued, ids);
    };
    await run(storage, { ...bound(server), send });
    await storage.saveDraft(typed); // by a form that hasn't heard of the receipt
    expect(await storage.draft('h-1')).toMatchObject({ form: { note: 'typed meanwhile' }, baseVersion: 2 });
  });

  test('the network is back: what waits for time to pass is due at once, what waits for the officer is not', () => {
    expect(hurried(job('h-1', [], { retryAt: 9 })).retryAt).toBe(0);
    const trouble = { kind: 'refused', code: '', detail: '', errors: [], at: 0 } satisfies Trouble;
    expect(hurried(job('h-1', [], { retryAt: 9, trouble })).retryAt).toBe(9);
  });
});

test('waits double up to ten minutes, scattered over the upper half, and the server may ask for longer ones', () => {
  expect([1, 2, 3, 50].map((attempts) => backoff(attempts, 1))).toEqual([2_000, 4_000, 8_000, 600_000]);
  expect([1, 2, 3, 50].map((attempts) => backoff(attempts, 0))).toEqual([1_000, 2_000, 4_000, 300_000]);
  expect(backoff(1, 1, 30)).toBe(30_000);
});

test('contents lie sealed on the device', async () => {
  const { device: opened, storage } = await device();
  await enqueueWithPhoto(storage, job('h-1', [photo('p')], {}, 'SECRET'), 'p', new TextEncoder().encode('SECRET').buffer);
  for (const store of ['jobs', 'photos'] as const) {
    const [stored] = await opened.database.getAll(store);
    const sealed = stored && 'sealed' in stored ? stored.sealed : stored;
    expect(new TextDecoder().decode(sealed?.data)).not.toContain('SECRET');
    expect(JSON.stringify(stored)).not.toContain('张三');
  }
});

describe('a survey that is being written', () => {
  const survey = { kind: 'survey' as const, household: 'h-1', name: '张三', given: { finding: 'SECRET' }, photos: [photo('p')], savedAt: 1 };
  const work = { kind: 'survey' as const, surveyor: '李四', surveyedAt: '2020-06-03', public: false, opinion: 'o', finding: 'SECRET' };

  test("is kept beside the household's verification, sealed, and goes with everything else", async () => {
    const { device: opened, storage } = await device();
    await storage.saveDraft(draftOf(job('h-1')));
    await storage.addPhoto(survey, 'p', bytes(5));
    expect(await storage.note('survey', 'h-1')).toEqual(survey);
    expect(await storage.notes()).toEqual([survey]);
    expect(await storage.drafts()).toHaveLength(1);
    expect((await storage.count()).drafts).toBe(2);
    const stored = await opened.database.get('drafts', 'survey:h-1');
    expect(new TextDecoder().decode(stored?.sealed.data)).not.toContain('SECRET');
    await wipe(opened);
    expect(await opened.database.count('drafts')).toBe(0);
    expect(await opened.database.count('photos')).toBe(0);
  });

  test('becomes what waits to be sent at once with its photos, and leaves the verification alone', async () => {
    const { storage } = await device();
    await storage.saveDraft(draftOf(job('h-1')));
    await storage.addPhoto(survey, 'p', bytes(5));
    await storage.enqueue({ ...job('h-1', [photo('p')]), work });
    expect(await storage.notes()).toEqual([]);
    expect(await storage.bytes('p')).toBeDefined();
    expect(await storage.draft('h-1')).toBeDefined();
  });

  test('goes with its photos when it is given up', async () => {
    const { storage } = await device();
    await storage.addPhoto(survey, 'p', bytes(5));
    await storage.deleteNote('survey', 'h-1');
    expect(await storage.notes()).toEqual([]);
    expect(await storage.bytes('p')).toBeUndefined();
  });
});

/** Methods of a class don't come along with a spread. */
function bound(server: Server): QueueNetwork {
  return {
    announce: (queued, note) => server.announce(queued, note),
    upload: (to, content) => server.upload(to, content),
    send: (queued, ids) => server.send(queued, ids),
  };
}

/** One thing that goes wrong at the nth call: of the network before or after the server, or of the whole process. */
const fault = fc.record({ at: fc.integer({ min: 0, max: 60 }), kind: fc.constantFrom('request lost', 'answer lost', 'busy', 'crash') });

test('whatever is lost, refused or killed on the way, each household arrives once, whole, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { maxLength: 25 }), async (faults) => {
      const { device: opened, storage } = await device();
      const server = new Server();
      for (const [index, household] of HOUSEHOLDS.entries()) {
        await enqueueWithPhoto(storage, job(household, [photo(`p${index}`)]), `p${index}`, bytes(index));
      }
      let calls = 0;
      const due = (kinds: string[]) => faults.find(({ at, kind }) => at === calls && kinds.includes(kind))?.kind;
      const network = disturbed(server, (before) => {
        calls++;
        const kind = due(before ? ['request lost', 'busy', 'crash'] : ['answer lost', 'crash']);
        if (kind === 'crash') throw new Crash();
        if (kind === 'busy') throw problem(503, 'busy');
        if (kind) throw new NoAnswer(undefined);
      });
      let now = 0;
      for (let runs = 0; (await storage.jobs()).length > 0; runs++) {
        expect(runs).toBeLessThan(80);
        // A process that ends within a call to the disk: the next one finds what was written.
        const disk = disturbed(storage as QueueStorage, () => {
          calls++;
          if (due(['crash'])) throw new Crash();
        });
        await run(disk, network, (now += 1e9)).catch((failure: unknown) => {
          if (!(failure instanceof Crash)) throw failure;
        });
      }
      expect(server.completions.map(({ household }) => household).sort()).toEqual(HOUSEHOLDS);
      for (const { household, photos } of server.completions) {
        expect(new Uint8Array(photos[0] ?? new ArrayBuffer(0))).toEqual(new Uint8Array(bytes(HOUSEHOLDS.indexOf(household))));
      }
      expect(await opened.database.count('photos')).toBe(0);
    }),
    { numRuns: 150 },
  );
}, 60_000);
