import { expect, test } from 'vitest';
import { withLease } from './one-tab';

function notes() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('while one tab is at work another one does nothing; afterwards it may', async () => {
  const shared = notes();
  let finish: () => void = () => undefined;
  const first = withLease('queue', () => new Promise<string>((resolve) => (finish = () => resolve('first'))), shared, () => 0);
  expect(await withLease('queue', () => Promise.resolve('second'), shared, () => 1000)).toBeUndefined();
  finish();
  expect(await first).toBe('first');
  expect(await withLease('queue', () => Promise.resolve('second'), shared, () => 2000)).toBe('second');
  expect(shared.kept.size).toBe(0);
});

test('a tab that died at work holds up the others for a while only', async () => {
  const shared = notes();
  shared.setItem('anju-lease-queue', '0.5 20000');
  expect(await withLease('queue', () => Promise.resolve('later'), shared, () => 19_999)).toBeUndefined();
  expect(await withLease('queue', () => Promise.resolve('later'), shared, () => 20_001)).toBe('later');
});

test('work that fails gives the lease back', async () => {
  const shared = notes();
  await expect(withLease('queue', () => Promise.reject(new Error('x')), shared, () => 0)).rejects.toThrow('x');
  expect(shared.kept.size).toBe(0);
});
