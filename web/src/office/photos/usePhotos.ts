import type { Schema } from '@shared/api/operations';
import { client } from '../session';
import { useLoad } from '../useLoad';

/** The photos that somebody refers to by their ids. */
export function usePhotos(ids: () => readonly string[]) {
  return useLoad<Schema<'Photo'>[]>(
    (signal) => Promise.all(ids().map((id) => client.get('/v1/photos/{id}', { path: { id }, signal }))),
    () => ids().join(),
  );
}
