import type { Schema } from '@shared/api/operations';
import { client } from '../session';

export type Region = Schema<'Region'>;

const known = new Map<string, Promise<Region>>();

/** A region with what is above and below it. Asked for once: names and borders don't change within a day's work. */
export function region(code: string): Promise<Region> {
  let answer = known.get(code);
  if (!answer) {
    answer = client.get('/v1/regions/{code}', { path: { code } });
    answer.catch(() => known.delete(code));
    known.set(code, answer);
  }
  return answer;
}

/** The region and those above it, from the account's own region down. */
export function wayDown(region: Region, own: string): { code: string; name: string }[] {
  const way = [...region.parents, { code: region.code, name: region.name }];
  return way.slice(Math.max(0, way.findIndex((step) => step.code === own)));
}
