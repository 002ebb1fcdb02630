import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** As much of a file as is in memory at once, in bytes. */
export const PIECE = 4 * 1024 * 1024;

/**
 * The file's SHA-256 in hex, read piece by piece: the browser's own digest takes a whole file only. `note` is told how
 * much is done, from 0 to 1.
 */
export async function sha256Of(file: Blob, note: (share: number) => void = () => undefined): Promise<string> {
  const digest = sha256.create();
  for (let from = 0; from < file.size; from += PIECE) {
    const to = Math.min(from + PIECE, file.size);
    digest.update(new Uint8Array(await file.slice(from, to).arrayBuffer()));
    note(to / file.size);
  }
  return bytesToHex(digest.digest());
}
