import { expect, test } from 'vitest';
import { bodyOf, emptyForm, violations, type Circumstances, type VerificationForm } from './verification';

const SAMPLE = '11010519491231002X';
const CIRCUMSTANCES: Circumstances = {
  register: { idNumber: SAMPLE, phone: '16000000001' },
  photos: 1,
  now: Date.parse('2020-06-03T12:00:00+08:00'),
};

function form(given: Partial<VerificationForm>): VerificationForm {
  return { ...emptyForm(), verifier: { name: '王小明', position: '村支书', phone: '16000000001' }, verifiedAt: '2020-06-03', ...given };
}

const broken = (given: Partial<VerificationForm>, circumstances: Partial<Circumstances> = {}) =>
  violations(form(given), { ...CIRCUMSTANCES, ...circumstances }).map(({ pointer, code }) => `${pointer} ${code}`);

test('every row of the table completes', () => {
  const rows: Partial<VerificationForm>[] = [
    { result: 'secured', guarantee: 'appraised', grade: 'b' },
    { result: 'secured', guarantee: 'renovated', renovation: 'dilapidated_house_renovation', method: 'rebuilt', note: '2019' },
    { result: 'secured', guarantee: 'renovated', renovation: 'hazard_relocation' },
    { result: 'secured', guarantee: 'renovated', renovation: 'other', note: 'x' },
    { result: 'secured', guarantee: 'sheltered', shelter: 'relatives', note: '儿子家' },
    { result: 'unsecured', explanation: '墙体开裂' },
  ];
  for (const row of rows) {
    expect(broken(row), JSON.stringify(row)).toEqual([]);
  }
});

test('all broken rules are listed at once', () => {
  const nothing = violations(emptyForm(), { ...CIRCUMSTANCES, register: { idNumber: '', phone: '' }, photos: 0 });
  expect(nothing.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    '/correction/id_number required',
    '/correction/phone required',
    '/result required',
    '/verifier/name required',
    '/verifier/position required',
    '/verifier/phone required',
    '/verified_at required',
  ]);
});

test('photo, note and explanation are required where the table says so', () => {
  expect(broken({ result: 'secured', guarantee: 'appraised', grade: 'a' }, { photos: 0 })).toEqual(['/photo_ids photo_required']);
  expect(broken({ result: 'secured', guarantee: 'renovated', renovation: 'poverty_relocation' }, { photos: 0 })).toEqual(['/photo_ids photo_required']);
  expect(broken({ result: 'secured', guarantee: 'renovated', renovation: 'other' })).toEqual(['/note note_required']);
  expect(broken({ result: 'secured', guarantee: 'sheltered', shelter: 'other' }, { photos: 0 })).toEqual(['/note note_required']);
  expect(broken({ result: 'unsecured' }, { photos: 0 })).toEqual(['/explanation explanation_required']);
  expect(broken({ result: 'secured' })).toEqual(['/guarantee required']);
});

test("a correction replaces what the register has, and must be valid; the register's must be, too", () => {
  const safe = { result: 'unsecured', explanation: 'x' } as const;
  const legacy = { register: { idNumber: '110105491231002', phone: '' } };
  expect(broken(safe, legacy)).toEqual(['/correction/id_number invalid_id_number', '/correction/phone required']);
  expect(broken({ ...safe, correction: { idNumber: `${SAMPLE}42`, phone: '16000000002' } }, legacy)).toEqual([]);
  expect(broken({ ...safe, correction: { idNumber: '1', phone: '2' } })).toEqual([
    '/correction/id_number invalid_id_number',
    '/correction/phone invalid_phone',
  ]);
});

test('a visit tomorrow is refused, one today and one within five minutes are not', () => {
  const on = (verifiedAt: string) => broken({ result: 'unsecured', explanation: 'x', verifiedAt });
  expect(on('2020-06-04')).toEqual(['/verified_at in_future']);
  expect(on('2020-06-03')).toEqual([]);
  expect(on('2020-06-03T12:04:00+08:00')).toEqual([]);
  expect(on('2020-06-03T12:06:00+08:00')).toEqual(['/verified_at in_future']);
});

test('only what applies is sent; what was typed under another choice stays in the form', () => {
  const given = form({ result: 'secured', guarantee: 'sheltered', shelter: 'relatives', grade: 'a', note: ' 儿子家 ', explanation: 'x' });
  expect(bodyOf(given, ['p'])).toEqual({
    verifier: { name: '王小明', position: '村支书', phone: '16000000001' },
    verified_at: '2020-06-03',
    result: 'secured',
    guarantee: 'sheltered',
    shelter: 'relatives',
    note: '儿子家',
    photo_ids: ['p'],
  });
  expect(bodyOf(emptyForm(), [])).toEqual({ photo_ids: [] });
});
