// The two facts of a JPEG's EXIF that the officer is shown: when and where. The server reads them again by itself.

export interface ExifFacts {
  /** `2020-06-03T10:22:31`, with the offset where the file has one. */
  takenAt?: string;
  location?: { latitude: number; longitude: number };
}

/** Facts of a file's first bytes; nothing where there are none or they are damaged. */
export function readExif(bytes: ArrayBuffer): ExifFacts {
  try {
    const tiff = findTiff(new DataView(bytes));
    return tiff ? factsOf(new Tiff(tiff)) : {};
  } catch (failure) {
    if (failure instanceof RangeError) {
      return {}; // an offset that leads out of the file
    }
    throw failure;
  }
}

function findTiff(file: DataView): DataView | undefined {
  if (file.byteLength < 4 || file.getUint16(0) !== 0xffd8) {
    return undefined;
  }
  for (let at = 2; at + 4 < file.byteLength; ) {
    const marker = file.getUint16(at);
    const length = file.getUint16(at + 2);
    if (marker === 0xffe1 && file.getUint32(at + 4) === 0x45786966) {
      return new DataView(file.buffer, file.byteOffset + at + 10, length - 8);
    }
    if (marker < 0xff00 || marker === 0xffda) {
      return undefined;
    }
    at += 2 + length;
  }
  return undefined;
}

interface Entry {
  type: number;
  count: number;
  /** Where its value lies. */
  at: number;
}

const SIZES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };

class Tiff {
  private readonly little: boolean;

  constructor(private readonly view: DataView) {
    this.little = view.getUint16(0) === 0x4949;
  }

  firstDirectory(): Map<number, Entry> {
    return this.directory(this.view.getUint32(4, this.little));
  }

  directory(at: number): Map<number, Entry> {
    const entries = new Map<number, Entry>();
    const count = this.view.getUint16(at, this.little);
    for (let n = 0; n < count; n++) {
      const entry = at + 2 + n * 12;
      const type = this.view.getUint16(entry + 2, this.little);
      const values = this.view.getUint32(entry + 4, this.little);
      const isInside = (SIZES[type] ?? 1) * values <= 4;
      const value = isInside ? entry + 8 : this.view.getUint32(entry + 8, this.little);
      entries.set(this.view.getUint16(entry, this.little), { type, count: values, at: value });
    }
    return entries;
  }

  below(entry: Entry | undefined): Map<number, Entry> {
    return entry ? this.directory(this.view.getUint32(entry.at, this.little)) : new Map();
  }

  text(entry: Entry | undefined): string {
    if (!entry || entry.type !== 2 || entry.count > 64) {
      return '';
    }
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + entry.at, entry.count);
    return String.fromCharCode(...bytes).replace(/\0.*$/, '').trim();
  }

  /** Degrees, minutes and seconds as degrees. */
  angle(entry: Entry | undefined): number {
    if (!entry || entry.type !== 5 || entry.count !== 3) {
      return Number.NaN;
    }
    const part = (n: number) =>
      this.view.getUint32(entry.at + n * 8, this.little) / this.view.getUint32(entry.at + n * 8 + 4, this.little);
    return part(0) + part(1) / 60 + part(2) / 3600;
  }
}

function factsOf(tiff: Tiff): ExifFacts {
  const first = tiff.firstDirectory();
  const detail = tiff.below(first.get(0x8769));
  const time = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(tiff.text(detail.get(0x9003)) || tiff.text(detail.get(0x9004)));
  const offset = /^[+-]\d\d:\d\d$/.exec(tiff.text(detail.get(0x9011)))?.[0] ?? '';
  const location = positionOf(tiff, tiff.below(first.get(0x8825)));
  return {
    ...(time && { takenAt: `${time[1]}-${time[2]}-${time[3]}T${time[4]}${offset}` }),
    ...(location && { location }),
  };
}

function positionOf(tiff: Tiff, gps: Map<number, Entry>): ExifFacts['location'] {
  const latitude = tiff.angle(gps.get(2)) * (tiff.text(gps.get(1)) === 'S' ? -1 : 1);
  const longitude = tiff.angle(gps.get(4)) * (tiff.text(gps.get(3)) === 'W' ? -1 : 1);
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && !(latitude === 0 && longitude === 0);
  return isPlace ? { latitude, longitude } : undefined;
}
