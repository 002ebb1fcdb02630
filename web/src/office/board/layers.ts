import type { Schema } from '@shared/api/operations';
import { grouped } from '@shared/domain/figures';
import { words, type Pair } from '@shared/words/words';

type Province = Schema<'Overview'>['provinces'][number];

export const LAYERS = {
  households: ['贫困户数量', 'Households'],
  progress: ['核验进度', 'Progress'],
  unverified: ['待核验户数', 'To be verified'],
  works: ['扫尾工程', 'Remaining works'],
} as const satisfies Record<string, Pair>;
export type Layer = keyof typeof LAYERS;
export const layerWord = words(LAYERS);

/** What a layer says of a province. */
export function valueOf(layer: Layer, province: Province): number {
  switch (layer) {
    case 'households':
      return province.households;
    case 'progress':
      return Number(province.completion_rate);
    case 'unverified':
      return province.unverified;
    case 'works':
      return province.remaining_works_open;
  }
}

export function textOf(layer: Layer, province: Province): string {
  return layer === 'progress' ? `${province.completion_rate}%` : grouped(valueOf(layer, province));
}

/** From nothing to all. */
export const SHADES = [0, 1, 2, 3, 4] as const;

/** How strongly a tile is coloured, from 0 to 4: of progress by its own scale, of counts by the largest one. */
export function shadeOf(layer: Layer, province: Province, all: readonly Province[]): number {
  const most = layer === 'progress' ? 100 : Math.max(...all.map((one) => valueOf(layer, one)));
  const value = valueOf(layer, province);
  return most === 0 || value === 0 ? 0 : Math.max(1, Math.ceil((value / most) * 4));
}
