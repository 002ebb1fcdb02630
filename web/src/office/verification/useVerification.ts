import { computed, ref, shallowRef } from 'vue';
import type { Schema } from '@shared/api/operations';
import { Problem } from '@shared/api/problem';
import { chinaTimestamp } from '@shared/domain/china-time';
import { bodyOf, emptyForm, formOf, photoIsRequired, violations, type VerificationForm } from '@shared/domain/verification';
import { violationWord } from '@shared/words/violations';
import { account, client } from '../session';
import { useAction } from '../useAction';

type Record = Schema<'Household'>;

/** The verification of a household as it is being filled in on this screen. */
export function useVerification(id: string) {
  const record = shallowRef<Record>();
  const form = ref<VerificationForm>(emptyForm());
  const photoIds = ref<string[]>([]);
  /** What the server has, to tell whether there is something to lose. */
  const stored = ref('');
  const tried = ref(false);
  /** The record as somebody else left it, while ours builds on an older one. */
  const conflict = shallowRef<Record>();

  const now = () => JSON.stringify([form.value, photoIds.value]);
  const changed = computed(() => stored.value !== '' && now() !== stored.value);

  /** Takes the form from a record; the verifier's name from the account where none is there. */
  function take(from: Record) {
    record.value = from;
    form.value = formOf(from);
    if (Object.values(form.value.verifier).every((value) => value === '')) {
      const { name, position, phone } = account.value ?? {};
      form.value.verifier = { name: name ?? '', position: position ?? '', phone: phone ?? '' };
    }
    form.value.verifiedAt ||= chinaTimestamp(Date.now());
    photoIds.value = [...(from.verification?.photo_ids ?? [])];
    stored.value = now();
    tried.value = false;
    conflict.value = undefined;
    saving.failure.value = undefined;
    completing.failure.value = undefined;
  }

  async function load() {
    take(await client.get('/v1/households/{id}', { path: { id } }));
  }

  const request = (key: string) => ({
    path: { id },
    body: bodyOf(form.value, photoIds.value),
    ifMatch: record.value?.version ?? 0,
    idempotencyKey: key,
  });

  async function noticingConflicts(send: () => Promise<Record>): Promise<Record> {
    try {
      return await send();
    } catch (cause) {
      if (cause instanceof Problem && cause.status === 412) {
        conflict.value = cause.current as Record;
      }
      throw cause;
    }
  }

  // The content and its version are arguments, so that a repetition of the same has the same key, and nothing else has.
  const saving = useAction((key: string, _content: string) => noticingConflicts(() => client.put('/v1/households/{id}/verification', request(key))));
  const completing = useAction((key: string, _content: string) =>
    noticingConflicts(() => client.post('/v1/households/{id}/verification/complete', request(key))),
  );
  const content = () => `${record.value?.version} ${now()}`;

  const broken = computed(() =>
    violations(form.value, {
      register: { idNumber: record.value?.head.id_number ?? '', phone: record.value?.head.phone ?? '' },
      photos: photoIds.value.length,
      now: Date.now(),
    }),
  );
  const refused = computed(() => [saving, completing].flatMap(({ failure }) => (failure.value instanceof Problem ? failure.value.errors : [])));

  /** What is wrong with a field: what the server said last, else the rules, once completing was tried. */
  function wrong(pointer: string): string | undefined {
    const ofServer = refused.value.find((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`));
    const ofRules = tried.value ? broken.value.find((one) => one.pointer === pointer) : undefined;
    return ofRules ? violationWord(ofRules.code) : ofServer?.detail;
  }

  async function save() {
    const saved = await saving.run(content());
    if (saved) {
      take(saved);
    }
    return saved;
  }

  /** Completes, unless rules are broken: these are shown then. */
  async function complete() {
    tried.value = true;
    if (broken.value.length > 0) {
      return undefined;
    }
    const completed = await completing.run(content());
    if (completed) {
      take(completed);
    }
    return completed;
  }

  /** Goes on with what was typed, on top of what somebody else stored. */
  function keepMine() {
    record.value = conflict.value;
    conflict.value = undefined;
    saving.failure.value = undefined;
    completing.failure.value = undefined;
  }

  /** Back to the form without a choice: the next attempt meets the same conflict. */
  function later() {
    conflict.value = undefined;
  }

  return {
    record, form, photoIds, changed, tried, broken, conflict, wrong, take, load, save, complete, keepMine, later,
    needsPhoto: computed(() => photoIsRequired(form.value)),
    busy: computed(() => saving.busy.value || completing.busy.value),
    failure: computed(() => saving.failure.value ?? completing.failure.value),
  };
}
