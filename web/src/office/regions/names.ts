import type { Schema } from '@shared/api/operations';
import { levelOf, type Level } from '@shared/domain/region';

/** The name at a level of the way down to a village; empty where the way leaves it out. */
export function nameAt(level: Level, village: Schema<'Village'>): string {
  return level === 'village' ? village.name : (village.path.find((step) => levelOf(step.code) === level)?.name ?? '');
}

/** The names from the province down to the village, in a row. */
export function wholeName(village: Schema<'Village'>): string {
  return [...village.path.filter((step) => step.code !== village.code).map((step) => step.name), village.name].join('');
}
