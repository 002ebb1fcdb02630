// A file from camera or album becomes a photo of the form: its facts are read first, and its bytes stay what they are.

import { chinaTimestamp } from '@shared/domain/china-time';
import type { Fix, PhotoNote } from '../queue/job';
import { readExif, type ExifFacts } from './exif';

/** What the server takes at most. */
export const LARGEST = 20 * 1024 * 1024;
/** EXIF stands at a file's beginning. */
const HEAD = 256 * 1024;
/** The longer side of a picture that had to be drawn anew. */
const DRAWN_SIDE = 4000;

export interface Intake {
  note: PhotoNote;
  bytes: ArrayBuffer;
  exif: ExifFacts;
}

export type IntakeFault = 'not_a_picture';

/**
 * Only what the server wouldn't take (another format, over 20 MiB) is drawn anew, as JPEG; time and place then go along
 * as the phone's word.
 */
export async function takeIn(file: File, source: PhotoNote['source'], fix: Fix | undefined): Promise<Intake | IntakeFault> {
  const original = await new Response(file).arrayBuffer(); // Blob.arrayBuffer is younger than some phones
  const exif = readExif(original.slice(0, HEAD));
  const known = contentTypeOf(original);
  const asItIs = known !== undefined && original.byteLength <= LARGEST && original.byteLength > 0;
  const bytes = asItIs ? original : await drawnAnew(file);
  if (!bytes) {
    return 'not_a_picture';
  }
  const takenAt = momentOf(exif, file, source);
  const place = source === 'camera' ? fix : undefined;
  const note: PhotoNote = {
    id: randomId(),
    source,
    contentType: asItIs ? known : 'image/jpeg',
    size: bytes.byteLength,
    sha256: hex(await crypto.subtle.digest('SHA-256', bytes)),
    uploaded: false,
    ...(takenAt && { takenAt }),
    ...(place && { fix: place }),
  };
  return { note, bytes, exif };
}

/** By EXIF; else now, of the camera; else the file's date. China's time where the file names no offset. */
function momentOf(exif: ExifFacts, file: File, source: PhotoNote['source']): string | undefined {
  if (exif.takenAt) {
    return exif.takenAt.length > 19 ? exif.takenAt : `${exif.takenAt}+08:00`;
  }
  const moment = source === 'camera' ? Date.now() : file.lastModified;
  return moment > 0 ? chinaTimestamp(moment) : undefined;
}

/** By the first bytes: names and types of files lie. */
export function contentTypeOf(bytes: ArrayBuffer): PhotoNote['contentType'] | undefined {
  const head = String.fromCharCode(...new Uint8Array(bytes.slice(0, 16)));
  if (head.startsWith('\xff\xd8\xff')) {
    return 'image/jpeg';
  }
  if (head.startsWith('\x89PNG\r\n\x1a\n')) {
    return 'image/png';
  }
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') {
    return 'image/webp';
  }
  return head.slice(4, 8) === 'ftyp' && /^(heic|heix|mif1|msf1)$/.test(head.slice(8, 12)) ? 'image/heic' : undefined;
}

async function drawnAnew(file: File): Promise<ArrayBuffer | undefined> {
  const url = URL.createObjectURL(file);
  try {
    const picture = new Image();
    await new Promise((resolve, reject) => {
      picture.addEventListener('load', resolve);
      picture.addEventListener('error', reject);
      picture.src = url;
    });
    const scale = Math.min(1, DRAWN_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9));
    return drawn ? await new Response(drawn).arrayBuffer() : undefined;
  } catch {
    return undefined; // the browser can't read it as a picture
  } finally {
    URL.revokeObjectURL(url);
  }
}

function hex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** 128 random bits; randomUUID is younger than some phones. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return hex(bytes.buffer);
}
