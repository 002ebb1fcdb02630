// A report or a survey of one household while it is being written: on the disk like a verification's form.

import type { FeedbackType } from '@shared/words/labels';
import { reactive } from 'vue';
import type { NoteDraft } from '../device/work-storage';
import type { Job } from '../queue/job';
import { app } from './app';
import { keepDraft, plain, type DraftActions } from './form';
import { record, rows } from './households';
import { queue, workChanged } from './queue';

export interface ReportNote extends NoteDraft {
  given: { type: FeedbackType | ''; content: string };
}

export interface SurveyNote extends NoteDraft {
  given: { surveyor: string; time: string; finding: string; opinion: string; public: boolean };
}

/** What was begun on this device, else an empty one. */
export async function loadNote<Note extends NoteDraft>(kind: Note['kind'], household: string, empty: Note['given']): Promise<Note> {
  const kept = await app().storage.note(kind, household);
  const name = rows.value.find((row) => row.id === household)?.head.name ?? '';
  const note = reactive(kept ?? { kind, household, name, given: empty, photos: [], savedAt: 0 }) as Note;
  if (note.name === '') {
    void record(household).then(({ value }) => (note.name = value.head.name), () => undefined);
  }
  return note;
}

export interface NoteActions extends DraftActions {
  /** Hands it to the queue. */
  send: (work: Job['work']) => Promise<void>;
  discard: () => Promise<void>;
}

/** Keeps it on the disk while the screen is open. */
export function keepNote(note: NoteDraft): NoteActions {
  const actions = keepDraft(note);
  return {
    ...actions,
    async send(work) {
      await actions.end();
      const { household, name, photos } = plain(note);
      await queue({ household, name, photos, work });
    },
    async discard() {
      await actions.end();
      await app().storage.deleteNote(note.kind, note.household);
      await workChanged();
    },
  };
}
