import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenOf } from './code-reader';
import { readExif } from './exif';
import { contentTypeOf } from './intake';

const SAMPLES = new URL('../../../../shared/photo/tests/samples/', import.meta.url);
const sample = (name: string) => new Uint8Array(readFileSync(new URL(name, SAMPLES))).buffer;

/** A JPEG's beginning with the given tags, in either order of bytes. */
function jpeg(little: boolean, offset = '+08:00'): ArrayBuffer {
  const bytes = new Uint8Array(600);
  const view = new DataView(bytes.buffer);
  const TIFF = 12;
  view.setUint32(0, 0xffd8ffe1);
  view.setUint16(4, 500);
  view.setUint32(6, 0x45786966);
  view.setUint16(TIFF, little ? 0x4949 : 0x4d4d);
  view.setUint16(TIFF + 2, 42, little);
  view.setUint32(TIFF + 4, 8, little);
  let free = 200;
  const put = (at: number, tags: [tag: number, type: number, values: number[] | string][]) => {
    view.setUint16(TIFF + at, tags.length, little);
    tags.forEach(([tag, type, values], index) => {
      const entry = TIFF + at + 2 + index * 12;
      view.setUint16(entry, tag, little);
      view.setUint16(entry + 2, type, little);
      const text = typeof values === 'string' ? `${values}\0` : undefined;
      const count = text ? text.length : type === 5 ? 3 : 1;
      view.setUint32(entry + 4, count, little);
      if (type === 4) {
        view.setUint32(entry + 8, (values as number[])[0] ?? 0, little);
      } else if (text && text.length <= 4) {
        [...text].forEach((character, n) => view.setUint8(entry + 8 + n, character.charCodeAt(0)));
      } else {
        view.setUint32(entry + 8, free, little);
        if (text) {
          [...text].forEach((character, n) => view.setUint8(TIFF + free + n, character.charCodeAt(0)));
        } else {
          (values as number[]).forEach((value, n) => {
            view.setUint32(TIFF + free + n * 8, value * 100, little);
            view.setUint32(TIFF + free + n * 8 + 4, 100, little);
          });
        }
        free += 40;
      }
    });
  };
  put(8, [[0x8769, 4, [60]], [0x8825, 4, [110]]]);
  put(60, [[0x9003, 2, '2020:06:03 10:22:31'], [0x9011, 2, offset]]);
  put(110, [[1, 2, 'N'], [2, 5, [27, 26, 30]], [3, 2, 'E'], [4, 5, [104, 52, 25]]]);
  return bytes.buffer;
}

describe('EXIF', () => {
  test.each([true, false])('tells when and where, in both orders of bytes', (little) => {
    const { takenAt, location } = readExif(jpeg(little));
    expect(takenAt).toBe('2020-06-03T10:22:31+08:00');
    expect(location?.latitude).toBeCloseTo(27.441667, 5);
    expect(location?.longitude).toBeCloseTo(104.873611, 5);
  });

  test('is not there in other files, and damaged it is as if it weren’t', () => {
    expect(readExif(new ArrayBuffer(0))).toEqual({});
    expect(readExif(sample('alpha.png'))).toEqual({});
    const whole = new Uint8Array(jpeg(true));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 599 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 600 }), (at, value, length) => {
        const damaged = whole.slice(0, length);
        damaged[at] = value;
        expect(() => readExif(damaged.buffer)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

test('what a file is, its first bytes say', () => {
  expect(contentTypeOf(sample('grey.jpg'))).toBe('image/jpeg');
  expect(contentTypeOf(sample('alpha.png'))).toBe('image/png');
  expect(contentTypeOf(sample('alpha.webp'))).toBe('image/webp');
  expect(contentTypeOf(sample('alpha.heic'))).toBe('image/heic');
  expect(contentTypeOf(new TextEncoder().encode('<svg>').buffer)).toBeUndefined();
});

test("only a household's code is one", () => {
  expect(tokenOf('https://example.org/q/abcdefghijkmnpqrstuvwxyz')).toBe('abcdefghijkmnpqrstuvwxyz');
  expect(tokenOf(' https://example.org/q/abcdefghijkmnpqrstuvwxyz#en ')).toBe('abcdefghijkmnpqrstuvwxyz');
  for (const other of ['https://example.org/', 'https://example.org/q/short', 'abcdefghijkmnpqrstuvwxyz', '']) {
    expect(tokenOf(other), other).toBeUndefined();
  }
});
