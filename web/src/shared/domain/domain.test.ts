import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chinaDate, chinaMinute, chinaTimestamp, timeLeft } from './china-time';
import { percent, grouped } from './figures';
import { checkCharacter, readIdNumber } from './id-number';
import { maskIdNumber, maskName, maskPhone } from './mask';
import { isStrongPassword, passwordRules } from './password';
import { readPhone } from './phone';
import { levelOf, liesIn, supervises } from './region';

const SAMPLE = '11010519491231002X';
const withCheck = (body: string) => body + checkCharacter(body);

describe('ID numbers, as the server reads them', () => {
  test.each([SAMPLE, '11010519491231002x', ' １１０１０５１９４９１２３１００２Ｘ', `${SAMPLE}42`, withCheck('51302119560704017')])('%s is valid', (typed) => {
    expect(readIdNumber(typed)).toHaveProperty('value');
  });

  test.each([
    ['110105194912310021', 'check_digit'],
    [withCheck('11010519490231002'), 'birth_date'],
    ['11010519491231002', 'length'],
    ['110105491231002', 'length'],
    ['1101051949123100X2', 'characters'],
    [`${SAMPLE}85`, 'disability'],
    [`${SAMPLE}15`, 'disability'],
    ['住房安全住房安全住房安全住房安全住房', 'characters'],
    ['', 'length'],
  ])('%s is refused: %s', (typed, fault) => {
    expect(readIdNumber(typed)).toEqual({ fault });
  });

  test('changing any one digit breaks the check', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 9 }), (index, digit) => {
        const changed = SAMPLE.slice(0, index) + digit + SAMPLE.slice(index + 1);
        expect('value' in readIdNumber(changed)).toBe(changed === SAMPLE);
      }),
    );
  });
});

test('written forms of a phone are one number, other numbers are none', () => {
  for (const typed of ['13800000001', '138 0000 0001', '+8613800000001', '138-0000-0001', '１３８００００００００１'.slice(0, 11)]) {
    expect(readPhone(typed), typed).toMatch(/^1380000000\d$/);
  }
  for (const typed of ['', '1380000000', '138000000011', '12800000001', '0870-3120000', '1380000000a']) {
    expect(readPhone(typed), typed).toBeUndefined();
  }
});

test('a password needs all four kinds and 8 to 20 characters', () => {
  for (const strong of ['Aa1!aaaa', 'Zz9_Zz9_Zz9_Zz9_Zz9_']) {
    expect(isStrongPassword(strong), strong).toBe(true);
  }
  for (const weak of ['a123456', 'Aa1!aaa', 'aa1!aaaa', 'AA1!AAAA', 'Aaa!aaaa', 'Aa11aaaa', 'Zz9_Zz9_Zz9_Zz9_Zz9_Z', 'Aa1!aaa密', 'Aa1! aaaa']) {
    expect(isStrongPassword(weak), weak).toBe(false);
  }
  expect(passwordRules('a123456').filter(({ kept }) => !kept).map(({ rule }) => rule)).toEqual(['length', 'upper', 'symbol']);
});

test('masks are those of the server', () => {
  expect(maskIdNumber(SAMPLE)).toBe('110105*****002X');
  expect(maskIdNumber(`${SAMPLE}42`)).toBe('110105*****002X');
  expect(maskIdNumber('110105491231002')).toBe('110105*****1002');
  expect(maskIdNumber('?')).toBe('*****');
  expect(maskPhone('15100006402')).toBe('151*****6402');
  expect(maskPhone('')).toBe('');
  expect(maskName('张三丰')).toBe('张**');
});

test('times are those of China', () => {
  expect(chinaMinute('2020-06-03T02:22:31Z')).toBe('2020-06-03 10:22');
  expect(chinaMinute('2020-06-03')).toBe('2020-06-03');
  expect(chinaDate('2020-06-02T20:00:00Z')).toBe('2020-06-03');
  expect(chinaTimestamp(Date.UTC(2020, 5, 3, 2, 22, 31))).toBe('2020-06-03T10:22:31+08:00');
});

test("the countdown is the deck's", () => {
  const left = timeLeft('2021-01-01T00:00:00+08:00', Date.parse('2020-06-03T16:15:14+08:00'));
  expect(left).toEqual({ days: 211, hours: 7, minutes: 44, seconds: 46, over: false });
  expect(timeLeft('2021-01-01T00:00:00+08:00', Date.parse('2021-01-02T00:00:00Z')).over).toBe(true);
});

test('a rate is one hundred only when all are verified', () => {
  expect(percent(118_096, 118_097)).toBe('99.99%');
  expect(percent(118_097, 118_097)).toBe('100.00%');
  expect(percent(0, 0)).toBe('0.00%');
  expect(percent(1, 147)).toBe('0.68%');
  expect(percent(1, 20_000)).toBe('0.01%');
  expect(grouped(23_415_247)).toBe('23,415,247');
});

test('a level is read from the length of a code', () => {
  expect(['0', '53', '5306', '530627', '530627101', '530627101203', '5', '05', ''].map(levelOf)).toEqual([
    'nation', 'province', 'prefecture', 'county', 'township', 'village', undefined, undefined, undefined,
  ]);
  expect(liesIn('530627101203', '5306') && liesIn('53', '0')).toBe(true);
  expect(liesIn('530627101203', '54')).toBe(false);
  expect(supervises('county') && !supervises('township')).toBe(true);
});
