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

/** All places of the grid, for those without data, too. */
export const EVERY_PLACE = Object.values(PLACES);

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
