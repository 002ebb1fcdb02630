import { expect, test } from 'vitest';
import { matches, numberOf } from './find';
import { isOlder } from './version';

const row = (id_number: string | null) => ({ head: { name: '张三丰', id_number, phone: null }, members: ['李四'] });

test('a household is found by a part of a name, of the head or a member', () => {
  for (const wanted of ['', ' ', '张', '三丰', '李四']) {
    expect(matches(row(null), wanted), wanted).toBe(true);
  }
  expect(matches(row(null), '王')).toBe(false);
});

test('and by the end of the ID number, X in either case, before or with the digits of a disability certificate', () => {
  for (const wanted of ['002X', '002x', '11010519491231002X']) {
    expect(matches(row('11010519491231002X'), wanted), wanted).toBe(true);
  }
  expect(matches(row('11010519491231002X42'), '002X')).toBe(true);
  expect(matches(row('11010519491231002X42'), '2X42')).toBe(true);
  expect(matches(row('11010519491231002X'), '1949')).toBe(false);
  expect(matches(row(null), '002X')).toBe(false);
});

test("the household's number is what stands behind its village", () => {
  expect(numberOf('530627101203-17')).toBe('17');
});

test('versions are compared by their numbers', () => {
  expect(isOlder('1.2.9', '1.2.10')).toBe(true);
  expect(isOlder('1.10.0', '1.2.10')).toBe(false);
  expect(isOlder('1.0.0', '1.0.0')).toBe(false);
  expect(isOlder('1.0', '1.0.1')).toBe(true);
});
