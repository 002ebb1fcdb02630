import type { Schema } from '@shared/api/operations';
import { NoAnswer } from '@shared/api/problem';
import { chinaTimestamp } from '@shared/domain/china-time';
import { client } from '../session';

export type ContentType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/heic';

/** The largest file that is taken, in bytes. */
export const LARGEST_PHOTO = 20 * 1024 * 1024;

const BY_ENDING: Record<string, ContentType> = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', heic: 'image/heic', heif: 'image/heic',
};

/** What a file is by its name: browsers don't know every type themselves. */
export function contentTypeOf(name: string): ContentType | undefined {
  return BY_ENDING[name.split('.').at(-1)?.toLowerCase() ?? ''];
}

/** Announces the file, and sends it straight to storage. The key makes a repetition the same photo. */
export async function uploadPhoto(household: string, purpose: Schema<'Purpose'>, file: File, key: string): Promise<string> {
  const contentType = contentTypeOf(file.name);
  if (!contentType) {
    throw new TypeError('not a photo');
  }
  const content = await file.arrayBuffer();
  const { photo_id, upload } = await client.post('/v1/households/{id}/photos', {
    path: { id: household },
    body: {
      purpose,
      source: 'album',
      content_type: contentType,
      size: content.byteLength,
      sha256: hex(await crypto.subtle.digest('SHA-256', content)),
      taken_at: chinaTimestamp(file.lastModified),
    },
    idempotencyKey: key,
  });
  const answer = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: content, credentials: 'omit' }).catch((cause: unknown) => {
    throw new NoAnswer(cause);
  });
  // 412: it is there already, from a try whose answer was lost.
  if (!answer.ok && answer.status !== 412) {
    throw new NoAnswer(`storage: ${answer.status}`);
  }
  return photo_id;
}

function hex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
