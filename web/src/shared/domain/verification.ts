import type { Schema } from '../api/operations';
import { readIdNumber } from './id-number';
import { readPhone } from './phone';
import { lengthOf, NAME_LENGTH, NOTE_LENGTH } from './text';

/** The verification form as it is being filled in. Texts are what was typed; empty means not given. */
export interface VerificationForm {
  verifier: { name: string; position: string; phone: string };
  /** A date, or a time with offset; empty where not given. */
  verifiedAt: string;
  correction: { idNumber: string; phone: string };
  result: Schema<'ResultChoice'> | '';
  guarantee: Schema<'GuaranteeChoice'> | '';
  grade: Schema<'Grade'> | '';
  renovation: Schema<'RenovationChoice'> | '';
  method: Schema<'Method'> | '';
  shelter: Schema<'Shelter'> | '';
  note: string;
  explanation: string;
}

export type ChoiceField = 'guarantee' | 'grade' | 'renovation' | 'method' | 'shelter' | 'note' | 'explanation';
/** What PUT and POST of a verification take. */
export type VerificationBody = Schema<'Verification'> & { correction?: Schema<'Correction'> };

export function emptyForm(): VerificationForm {
  return {
    verifier: { name: '', position: '', phone: '' },
    verifiedAt: '',
    correction: { idNumber: '', phone: '' },
    result: '',
    guarantee: '',
    grade: '',
    renovation: '',
    method: '',
    shelter: '',
    note: '',
    explanation: '',
  };
}

/** The form with what the server has of the household. */
export function formOf(record: Pick<Schema<'Household'>, 'verification' | 'correction'>): VerificationForm {
  const { verification, correction } = record;
  return {
    verifier: {
      name: verification?.verifier?.name ?? '',
      position: verification?.verifier?.position ?? '',
      phone: verification?.verifier?.phone ?? '',
    },
    verifiedAt: verification?.verified_at ?? '',
    correction: { idNumber: correction?.id_number ?? '', phone: correction?.phone ?? '' },
    result: verification?.result ?? '',
    guarantee: verification?.guarantee ?? '',
    grade: verification?.grade ?? '',
    renovation: verification?.renovation ?? '',
    method: verification?.method ?? '',
    shelter: verification?.shelter ?? '',
    note: verification?.note ?? '',
    explanation: verification?.explanation ?? '',
  };
}

/** Whether a field belongs to what was chosen. Unlike the API's, an open choice shows nothing that hangs on it. */
export function applies(field: ChoiceField, form: VerificationForm): boolean {
  const secured = form.result === 'secured';
  switch (field) {
    case 'guarantee':
      return secured;
    case 'grade':
      return secured && form.guarantee === 'appraised';
    case 'renovation':
      return secured && form.guarantee === 'renovated';
    case 'method':
      return secured && form.guarantee === 'renovated' && form.renovation === 'dilapidated_house_renovation';
    case 'shelter':
      return secured && form.guarantee === 'sheltered';
    case 'note':
      return secured && form.guarantee !== '';
    case 'explanation':
      return form.result === 'unsecured';
  }
}

export function noteIsRequired(form: VerificationForm): boolean {
  return (
    applies('note', form) &&
    (form.guarantee === 'sheltered' || (form.guarantee === 'renovated' && form.renovation === 'other'))
  );
}

export function photoIsRequired(form: VerificationForm): boolean {
  return form.result === 'secured' && (form.guarantee === 'appraised' || form.guarantee === 'renovated');
}

/** What is sent: the fields that apply and were given, trimmed. What was typed elsewhere stays in the form. */
export function bodyOf(form: VerificationForm, photoIds: string[]): VerificationBody {
  const given = <Value extends string>(field: ChoiceField, value: Value | ''): Value | undefined =>
    applies(field, form) && value.trim() !== '' ? (value.trim() as Value) : undefined;
  const verifier = withoutGaps({
    name: text(form.verifier.name),
    position: text(form.verifier.position),
    phone: text(form.verifier.phone),
  });
  const correction = withoutGaps({ id_number: text(form.correction.idNumber), phone: text(form.correction.phone) });
  return {
    ...withoutGaps({
      verifier: isEmpty(verifier) ? undefined : verifier,
      verified_at: text(form.verifiedAt),
      correction: isEmpty(correction) ? undefined : correction,
      result: form.result || undefined,
      guarantee: given('guarantee', form.guarantee),
      grade: given('grade', form.grade),
      renovation: given('renovation', form.renovation),
      method: given('method', form.method),
      shelter: given('shelter', form.shelter),
      note: given('note', form.note),
      explanation: given('explanation', form.explanation),
    }),
    photo_ids: photoIds,
  } as VerificationBody;
}

function text(typed: string): string | undefined {
  return typed.trim() || undefined;
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

function withoutGaps<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** One broken rule. Pointers and codes are the API's. */
export interface Violation {
  pointer: string;
  code: Schema<'ViolationCode'>;
}

/** What the rules look at besides the form. */
export interface Circumstances {
  /** The register's values of the head, empty where it has none. */
  register: { idNumber: string; phone: string };
  photos: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Every rule that stands in the way of completing, as the API would name it. */
export function violations(form: VerificationForm, circumstances: Circumstances): Violation[] {
  return [
    ...numberViolations(form, circumstances.register),
    ...resultViolations(form, circumstances.photos),
    ...visitViolations(form, circumstances.now),
  ];
}

function numberViolations(form: VerificationForm, register: Circumstances['register']): Violation[] {
  const broken: Violation[] = [];
  const typedId = form.correction.idNumber.trim();
  if (typedId !== '' ? 'fault' in readIdNumber(typedId) : 'fault' in readIdNumber(register.idNumber)) {
    broken.push({ pointer: '/correction/id_number', code: typedId === '' && register.idNumber === '' ? 'required' : 'invalid_id_number' });
  }
  const typedPhone = form.correction.phone.trim();
  if (readPhone(typedPhone !== '' ? typedPhone : register.phone) === undefined) {
    broken.push({ pointer: '/correction/phone', code: typedPhone === '' && register.phone === '' ? 'required' : 'invalid_phone' });
  }
  return broken;
}

function resultViolations(form: VerificationForm, photos: number): Violation[] {
  const broken: Violation[] = [];
  const required = (pointer: string, given: string, code: Violation['code'] = 'required') => {
    if (given.trim() === '') {
      broken.push({ pointer, code });
    }
  };
  required('/result', form.result);
  for (const field of ['guarantee', 'grade', 'renovation', 'method', 'shelter'] as const) {
    if (applies(field, form)) {
      required(`/${field}`, form[field]);
    }
  }
  if (noteIsRequired(form)) {
    required('/note', form.note, 'note_required');
  }
  if (applies('explanation', form)) {
    required('/explanation', form.explanation, 'explanation_required');
  }
  for (const field of ['note', 'explanation'] as const) {
    if (applies(field, form) && lengthOf(form[field].trim()) > NOTE_LENGTH) {
      broken.push({ pointer: `/${field}`, code: 'too_long' });
    }
  }
  if (photoIsRequired(form) && photos === 0) {
    broken.push({ pointer: '/photo_ids', code: 'photo_required' });
  }
  return broken;
}

function visitViolations(form: VerificationForm, now: number): Violation[] {
  const broken: Violation[] = [];
  for (const field of ['name', 'position'] as const) {
    const given = form.verifier[field].trim();
    if (given === '' || lengthOf(given) > NAME_LENGTH) {
      broken.push({ pointer: `/verifier/${field}`, code: given === '' ? 'required' : 'too_long' });
    }
  }
  if (readPhone(form.verifier.phone) === undefined) {
    broken.push({ pointer: '/verifier/phone', code: form.verifier.phone.trim() === '' ? 'required' : 'invalid_phone' });
  }
  if (form.verifiedAt === '') {
    broken.push({ pointer: '/verified_at', code: 'required' });
  } else if (isInFuture(form.verifiedAt, now)) {
    broken.push({ pointer: '/verified_at', code: 'in_future' });
  }
  return broken;
}

/** A day in China is in the future when it hasn't begun; a time may run 5 minutes ahead of this clock. */
function isInFuture(time: string, now: number): boolean {
  const moment = time.length === 10 ? Date.parse(`${time}T00:00:00+08:00`) : Date.parse(time) - 5 * 60_000;
  return !(moment <= now);
}
