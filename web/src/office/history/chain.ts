// The history of a household is a chain of hashes. This checks it as shared/domain/src/change.rs does, so that nobody
// has to believe the server: SHA-256 of the hash before and of the canonical change, JSON with sorted keys.

const GENESIS = '0'.repeat(64);

/** What is wrong with an entry. */
export type Flaw = 'changed' | 'missing_before' | 'out_of_order' | 'not_linked' | 'other_household' | 'not_the_head';

export interface Found {
  revision: number;
  flaw: Flaw;
}

/**
 * JSON whose texts begin with `s` and whose numbers are texts that begin with `n`, as they were written: a canonical
 * text needs `1650` and `0.0000001` as they came, and not what this language would make of them.
 */
type Exact = string | boolean | null | Exact[] | { [key: string]: Exact };

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function readExactly(json: string): Exact {
  return JSON.parse(json.replace(TOKEN, (token) => (token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`))) as Exact;
}

/** Sorted keys, no white space. */
function canonical(value: Exact): string {
  if (typeof value === 'string') {
    return value.startsWith('n') ? value.slice(1) : JSON.stringify(value.slice(1));
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key.slice(1))}:${canonical(value[key] as Exact)}`);
    return `{${fields.join(',')}}`;
  }
  return String(value);
}

interface Entry {
  shousehold: string;
  srevision: string;
  sat: Exact;
  sby: Exact;
  skind: Exact;
  svalues: Exact;
  spersonal: Record<string, { sdigest: string; svalue?: string | null; ssalt?: string | null }>;
  sprevious: string;
  shash: string;
}

/** Checks an answer of `GET /v1/households/{id}/history`, as it came, against the head that the record names. */
export async function checkHistory(answer: string, head?: string): Promise<Found[]> {
  const history = readExactly(answer) as unknown as { sitems: Entry[]; schain_head: string };
  const found: Found[] = [];
  let before: Entry | undefined;
  for (const entry of history.sitems) {
    const revision = Number(entry.srevision.slice(1));
    const last = before ? Number(before.srevision.slice(1)) : 0;
    if (!(await isSound(entry))) {
      found.push({ revision, flaw: 'changed' });
    }
    if (before && before.shousehold !== entry.shousehold) {
      found.push({ revision, flaw: 'other_household' });
    }
    if (revision <= last) {
      found.push({ revision, flaw: 'out_of_order' });
    } else if (revision > last + 1) {
      found.push({ revision, flaw: 'missing_before' });
    } else if (entry.sprevious.slice(1) !== (before?.shash.slice(1) ?? GENESIS)) {
      found.push({ revision, flaw: 'not_linked' });
    }
    before = entry;
  }
  const end = before?.shash.slice(1) ?? GENESIS;
  if (end !== (head ?? history.schain_head.slice(1))) {
    found.push({ revision: before ? Number(before.srevision.slice(1)) : 0, flaw: 'not_the_head' });
  }
  return found;
}

async function isSound(entry: Entry): Promise<boolean> {
  if ((await expectedHash(entry)) !== entry.shash.slice(1)) {
    return false;
  }
  for (const [pointer, held] of Object.entries(entry.spersonal)) {
    const [value, salt] = [held.svalue ?? undefined, held.ssalt ?? undefined];
    if ((value === undefined) !== (salt === undefined)) {
      return false;
    }
    if (value !== undefined && salt !== undefined) {
      const sealed = await sha256(bytes(`${salt.slice(1)}\0${pointer.slice(1)}\0${value.slice(1)}`));
      if (sealed !== held.sdigest.slice(1)) {
        return false;
      }
    }
  }
  return true;
}

function expectedHash(entry: Entry): Promise<string> {
  const personal = Object.fromEntries(Object.entries(entry.spersonal).map(([pointer, held]) => [pointer, held.sdigest]));
  const text = canonical({
    shousehold: entry.shousehold, srevision: entry.srevision, sat: entry.sat, sby: entry.sby,
    skind: entry.skind, svalues: entry.svalues, spersonal: personal,
  });
  return sha256(fromHex(entry.sprevious.slice(1)), bytes(text));
}

const bytes = (text: string) => new TextEncoder().encode(text);

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function sha256(...parts: Uint8Array<ArrayBuffer>[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
