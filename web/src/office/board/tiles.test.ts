import { expect, test } from 'vitest';
import { others, placed } from './tiles';

const CODES = [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82];

test('every region has a tile of its own, also where the grid knows no place for it', () => {
  const regions = [...CODES, 66, 67, 68, 69, 90, 91, 92, 93, 94].map((code) => ({ code: String(code) }));
  const tiles = placed(regions);
  expect(tiles).toHaveLength(regions.length);
  expect(new Set(tiles.map(({ row, column }) => `${row}/${column}`)).size).toBe(regions.length);
});

test('neighbours stand side by side', () => {
  const [yunnan, guizhou] = placed([{ code: '53' }, { code: '52' }]);
  expect(yunnan?.row).toBe(guizhou?.row);
  expect(Math.abs((yunnan?.column ?? 0) - (guizhou?.column ?? 0))).toBe(1);
});

test('whoever is not among the regions has an empty tile with a short name, on a place of its own', () => {
  const empty = others([{ code: '53' }]);
  expect(empty).toHaveLength(CODES.length - 1);
  expect(empty.map(({ code }) => code)).not.toContain('53');
  expect(new Set(empty.map(({ short }) => short)).size).toBe(empty.length);
  expect(empty.every(({ short }) => short !== '')).toBe(true);
});
