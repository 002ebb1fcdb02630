import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { PIECE, sha256Of } from './digest';

/** A file that refuses to be read as a whole, and remembers the largest part that was read at once. */
class Watched extends Blob {
  largest = 0;

  override slice(from: number, to: number): Blob {
    this.largest = Math.max(this.largest, to - from);
    return super.slice(from, to);
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    throw new Error('read as a whole');
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    throw new Error('read as a whole');
  }
}

const bytes = (size: number) => Uint8Array.from({ length: size }, (_, index) => (index * 31) % 251);

test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 12_345])('the digest of %i bytes is right, read in pieces', async (size) => {
  const content = bytes(size);
  const file = new Watched([content]);
  expect(await sha256Of(file)).toBe(createHash('sha256').update(content).digest('hex'));
  expect(file.largest).toBeLessThanOrEqual(PIECE);
});

test('says how far it is, up to all of it', async () => {
  const shares: number[] = [];
  await sha256Of(new Blob([bytes(2 * PIECE + PIECE / 2)]), (share) => shares.push(share));
  expect(shares).toEqual([0.4, 0.8, 1]);
});
