import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkHistory } from './chain';

// Answers of a local stack about one household: as its township sees it, with personal values and salts, and as its
// county does, without. It was imported, verified, photographed (positions are numbers with fractions), returned, revealed.
const sample = (name: string) => readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8');

interface Held {
  value?: string;
  salt?: string;
}

interface Sample {
  items: { kind: string; values: Record<string, unknown>; personal: Record<string, Held> }[];
  chain_head: string;
}

/** The sample with something changed in it. */
function tampered(tamper: (history: Sample) => void): string {
  const history = JSON.parse(sample('full')) as Sample;
  tamper(history);
  return JSON.stringify(history);
}

function completed(history: Sample): Sample['items'][number] {
  const entry = history.items.find((item) => item.kind === 'completed');
  if (!entry) {
    throw new Error('the sample has no completion');
  }
  return entry;
}

/** The personal values of the completion; it has some. */
function held(history: Sample) {
  return Object.values(completed(history).personal) as [Held, ...Held[]];
}

const flawsOf = async (answer: string, head?: string) => (await checkHistory(answer, head)).map(({ flaw }) => flaw);

describe('the chain of a history', () => {
  test.each(['full', 'masked'])('that the server wrote is sound (%s)', async (name) => {
    expect(JSON.parse(sample(name)).items.length).toBeGreaterThan(4);
    expect(await checkHistory(sample(name))).toEqual([]);
  });

  test.each<[string, (history: Sample) => void, string]>([
    ['of which an entry says something else', (history) => (completed(history).kind = 'returned'), 'changed'],
    ['of which a value says something else', (history) => (completed(history).values['/result'] = 'unsecured'), 'changed'],
    ['of which a personal value says something else', (history) => (held(history)[0].value = '别人'), 'changed'],
    ['of which a salt is gone and its value is not', (history) => delete held(history)[0].salt, 'changed'],
    ['without one of its entries', (history) => history.items.splice(1, 1), 'missing_before'],
    ['without its last entry', (history) => history.items.pop(), 'not_the_head'],
    ['with an entry in another place', (history) => history.items.push(...history.items.splice(1, 1)), 'out_of_order'],
    ['that claims another head', (history) => (history.chain_head = '0'.repeat(64)), 'not_the_head'],
  ])('%s is found out', async (_, tamper, flaw) => {
    expect(await flawsOf(tampered(tamper))).toContain(flaw);
  });

  test('is held against the head that the record names', async () => {
    expect(await flawsOf(sample('full'), '1'.repeat(64))).toEqual(['not_the_head']);
  });

  test('of which a personal value and its salt were erased is still sound', async () => {
    const erased = tampered((history) => {
      for (const one of held(history)) {
        delete one.value;
        delete one.salt;
      }
    });
    expect(await flawsOf(erased)).toEqual([]);
  });
});
