/**
 * Where a province's tile stands: row and column of a grid that has them roughly as they lie. Tiles say nothing of
 * borders, and none are drawn: a public map would need approval.
 */
const PLACES: Readonly<Record<string, readonly [row: number, column: number]>> = {
  23: [1, 8],
  65: [2, 1], 15: [2, 6], 22: [2, 8],
  62: [3, 3], 64: [3, 4], 14: [3, 5], 13: [3, 6], 11: [3, 7], 21: [3, 8],
  54: [4, 1], 63: [4, 2], 61: [4, 4], 41: [4, 5], 37: [4, 6], 12: [4, 7],
  51: [5, 3], 50: [5, 4], 42: [5, 5], 34: [5, 6], 32: [5, 7], 31: [5, 8],
  53: [6, 3], 52: [6, 4], 43: [6, 5], 36: [6, 6], 33: [6, 7],
  45: [7, 4], 44: [7, 5], 35: [7, 6], 71: [7, 8],
  46: [8, 4], 81: [8, 6], 82: [8, 5],
};
const ROWS = 8;
const COLUMNS = 8;

/** How provinces are called in short, for tiles that have nothing else to say. */
const SHORT: Readonly<Record<string, string>> = {
  11: '京', 12: '津', 13: '冀', 14: '晋', 15: '蒙', 21: '辽', 22: '吉', 23: '黑', 31: '沪', 32: '苏', 33: '浙', 34: '皖',
  35: '闽', 36: '赣', 37: '鲁', 41: '豫', 42: '鄂', 43: '湘', 44: '粤', 45: '桂', 46: '琼', 50: '渝', 51: '川', 52: '黔',
  53: '滇', 54: '藏', 61: '陕', 62: '甘', 63: '青', 64: '宁', 65: '新', 71: '台', 81: '港', 82: '澳',
};

/** The places of the grid whose province isn't among these: empty tiles, by their short names. */
export function others(regions: readonly { code: string }[]): { code: string; short: string; row: number; column: number }[] {
  const there = new Set(regions.map((region) => region.code));
  return Object.entries(PLACES)
    .filter(([code]) => !there.has(code))
    .map(([code, [row, column]]) => ({ code, short: SHORT[code] ?? '', row, column }));
}

export interface Placed<Region> {
  region: Region;
  row: number;
  column: number;
}

/** The regions on the grid; those without a place of their own stand below it, in order. */
export function placed<Region extends { code: string }>(regions: readonly Region[]): Placed<Region>[] {
  let others = 0;
  return regions.map((region) => {
    const place = PLACES[region.code];
    if (place) {
      return { region, row: place[0], column: place[1] };
    }
    const index = others++;
    return { region, row: ROWS + 1 + Math.floor(index / COLUMNS), column: 1 + (index % COLUMNS) };
  });
}
