// The verification form of one household: where it starts from, and how it gets onto the disk while it is filled in.

import { NoAnswer } from '@shared/api/problem';
import { chinaTimestamp } from '@shared/domain/china-time';
import { emptyForm, formOf } from '@shared/domain/verification';
import { onBeforeUnmount, reactive, ref, watch, type Ref } from 'vue';
import type { Draft, NoteDraft } from '../device/work-storage';
import type { Intake } from '../photo/intake';
import { isVerification, type Fix, type Job, type PhotoNote } from '../queue/job';
import { account, app } from './app';
import { Autosave } from './autosave';
import { record, rememberedRecord, rows, type Household, type Row } from './households';
import { formOfJob, jobs, queue, workChanged } from './queue';

export interface FormState {
  draft: Draft;
  /** The record, where it was ever seen; else the list's row is all there is. */
  record: Household | undefined;
  row: Row | undefined;
}

/** Milliseconds that a form waits for a fresher record. */
const PATIENCE = 2_500;

/** What the form starts with: the draft of this device, what is queued, what the server has, or nothing. */
export async function loadForm(household: string): Promise<FormState | undefined> {
  const row = rows.value.find((row) => row.id === household);
  const seen = await freshRecord(household);
  const queued = lastOf(household);
  const kept = (await app().storage.draft(household)) ?? (queued && plain(formOfJob(queued)));
  const head = seen?.head ?? row?.head;
  if (!kept && !head) {
    return undefined;
  }
  return { draft: reactive(kept ?? newDraft(household, seen, row)), record: seen, row };
}

function lastOf(household: string): Job | undefined {
  const own = jobs.value.filter((job) => isVerification(job) && job.household === household);
  return own[own.length - 1];
}

/** The record by the server if it answers soon, else as it was seen last. */
async function freshRecord(household: string): Promise<Household | undefined> {
  const asked = record(household).then(({ value }) => value);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE));
  try {
    return (await Promise.race([asked, late])) ?? (await rememberedRecord(household));
  } catch (failure) {
    if (!(failure instanceof NoAnswer)) {
      return rememberedRecord(household);
    }
    return undefined;
  } finally {
    asked.catch(() => undefined);
  }
}

function newDraft(household: string, seen: Household | undefined, row: Row | undefined): Draft {
  const form = seen ? formOf(seen) : emptyForm();
  const own = account.value;
  if (form.verifier.name === '' && form.verifier.phone === '') {
    form.verifier = { name: own?.name ?? '', position: own?.position ?? '', phone: own?.phone ?? '' };
  }
  form.verifiedAt ||= chinaTimestamp(Date.now());
  const ids = seen?.verification?.photo_ids ?? [];
  return {
    household,
    name: seen?.head.name ?? row?.head.name ?? '',
    form,
    photos: ids.map((id) => ofServer(id, seen)),
    step: 1,
    baseVersion: seen?.version ?? row?.version ?? 0,
    savedAt: 0,
  };
}

/** A photo that the server has already. */
function ofServer(id: string, seen: Household | undefined): PhotoNote {
  const known = seen?.photos.find((photo) => photo.photo_id === id);
  return { id, server: id, uploaded: true, source: known?.source ?? 'camera', contentType: 'image/jpeg', size: known?.size ?? 0, sha256: '' };
}

/** What a screen does with a draft while it is open. */
export interface DraftActions {
  savedAt: Ref<number>;
  /** The last saving failed: the disk is full or the browser refuses. */
  saveFailed: Ref<boolean>;
  addPhoto: (intake: Intake) => Promise<void>;
  /** The position of a photo that was taken before the phone knew it. */
  locatePhoto: (id: string, fix: Fix) => void;
  removePhoto: (id: string) => Promise<void>;
  /** From now on nothing is saved any more: the draft has become something else, or nothing. */
  end: () => Promise<void>;
}

/** Keeps a draft on the disk while its screen is open. */
export function keepDraft(draft: Draft | NoteDraft): DraftActions {
  const savedAt = ref(draft.savedAt);
  const saveFailed = ref(false);
  const save = async (): Promise<void> => {
    try {
      await app().storage.saveDraft({ ...plain(draft), savedAt: Date.now() });
      savedAt.value = Date.now();
      saveFailed.value = false;
    } catch {
      saveFailed.value = true;
    }
  };
  const autosave = new Autosave(save);
  const entered = () => ('kind' in draft ? [draft.given, draft.photos] : [draft.form, draft.step, draft.photos]);
  const stop = watch(entered, () => autosave.changed(), { deep: true });
  const leaving = (): void => void autosave.flush();
  window.addEventListener('pagehide', leaving);
  document.addEventListener('visibilitychange', leaving);
  let ended = false;
  const end = async (): Promise<void> => {
    ended = true;
    stop();
    window.removeEventListener('pagehide', leaving);
    document.removeEventListener('visibilitychange', leaving);
    await autosave.cancel();
  };
  onBeforeUnmount(async () => {
    if (!ended) {
      await autosave.flush();
      await end();
      await workChanged();
    }
  });
  return {
    savedAt,
    saveFailed,
    end,
    async addPhoto({ note, bytes }) {
      // First the disk, then the screen: a form must not name a photo that isn't there.
      await app().storage.addPhoto({ ...plain(draft), photos: [...plain(draft.photos), note], savedAt: Date.now() }, note.id, bytes);
      draft.photos.push(note);
      savedAt.value = Date.now();
    },
    locatePhoto(id, fix) {
      const photo = draft.photos.find((photo) => photo.id === id);
      if (photo && !photo.server) {
        photo.fix = fix;
      }
    },
    async removePhoto(id) {
      draft.photos.splice(draft.photos.findIndex((photo) => photo.id === id), 1);
      await app().storage.removePhoto({ ...plain(draft), savedAt: Date.now() }, id);
    },
  };
}

export interface FormActions extends DraftActions {
  /** Hands the form to the queue. */
  send: (kind: 'complete' | 'draft') => Promise<void>;
  discard: () => Promise<void>;
}

/** Keeps a verification's form on the disk while the screen is open. */
export function keepForm(draft: Draft): FormActions {
  const actions = keepDraft(draft);
  return {
    ...actions,
    async send(kind) {
      await actions.end();
      const { household, name, photos, form, baseVersion } = plain(draft);
      await queue({ household, name, photos, work: { kind, form, baseVersion } });
    },
    async discard() {
      await actions.end();
      await app().storage.deleteDraft(draft.household);
      await workChanged();
    },
  };
}

/** What Vue watches can't be cloned by the database. */
export function plain<T>(watched: T): T {
  return JSON.parse(JSON.stringify(watched)) as T;
}
