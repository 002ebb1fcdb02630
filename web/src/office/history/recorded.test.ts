import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { language } from '@shared/words/language';
import { recordedName, recordedValue } from './recorded';

// What a local stack recorded of a household: see chain.test.ts.
const history = JSON.parse(readFileSync(new URL('samples/full.json', import.meta.url), 'utf8')) as { items: { values: object; personal: object }[] };
const pointers = history.items.flatMap(({ values, personal }) => [...Object.keys(values), ...Object.keys(personal)]);

test('everything that a stack records has a name in words', () => {
  expect(pointers.length).toBeGreaterThan(30);
  expect(pointers.filter((pointer) => /[a-z_]/.test(recordedName(pointer)))).toEqual([]);
});

test('members are counted from one', () => {
  expect(recordedName('/register/members/0/id_number')).toBe('登记簿 · 成员 1 · 身份证号');
});

test('choices, truth and moments are said in words, all else as it stands', () => {
  expect(recordedValue('/shelter', 'relatives')).toBe('投亲靠友');
  expect(recordedValue('/photo/flaws/too_dark', false)).toBe('否');
  expect(recordedValue('/photo/taken_at', '2020-06-03T02:22:31Z')).toBe('2020-06-03 10:22');
  expect(recordedValue('/note', 'relatives')).toBe('relatives');
});

test('in English, too', () => {
  language.value = 'en';
  expect(recordedName('/verifier/name')).toBe('Verifier · Name');
  expect(recordedValue('/result', 'secured')).toBe('Housing safety secured');
  language.value = 'zh-CN';
});
