import type { Schema } from '../api/operations';

export type Level = Schema<'Level'>;

export const LEVELS: readonly Level[] = ['nation', 'province', 'prefecture', 'county', 'township', 'village'];

const LEVEL_OF_LENGTH: Record<number, Level> = { 2: 'province', 4: 'prefecture', 6: 'county', 9: 'township', 12: 'village' };

/** The level that a code's length says; none for what is no region's code. */
export function levelOf(code: string): Level | undefined {
  if (code === '0') {
    return 'nation';
  }
  return /^[1-9]\d*$/.test(code) ? LEVEL_OF_LENGTH[code.length] : undefined;
}

/** Whether the region is the other, or lies in it. */
export function liesIn(code: string, region: string): boolean {
  return region === '0' || code.startsWith(region);
}

/** Township and above: handles reports, surveys, returns. */
export function isOfficial(level: Level): boolean {
  return level !== 'village';
}

/** County and above: urges. */
export function supervises(level: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf('county');
}
