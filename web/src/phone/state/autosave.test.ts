import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Autosave } from './autosave';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is typed without a pause is saved again and again, not at the end', async () => {
  let saved = 0;
  const autosave = new Autosave(async () => void saved++, 300);
  for (let at = 0; at < 3000; at += 50) {
    autosave.changed();
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(saved).toBeGreaterThanOrEqual(9);
});

test('a change is saved within the time, once', async () => {
  let saved = 0;
  const autosave = new Autosave(async () => void saved++, 300);
  autosave.changed();
  await vi.advanceTimersByTimeAsync(299);
  expect(saved).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toBe(1);
});

test('a slow disk gets one state after the other, and the last one last', async () => {
  const written: number[] = [];
  let state = 0;
  const autosave = new Autosave(async () => {
    const now = state;
    await new Promise((resolve) => setTimeout(resolve, now === 1 ? 500 : 1));
    written.push(now);
  }, 100);
  for (state = 1; state <= 3; state++) {
    autosave.changed();
    await vi.advanceTimersByTimeAsync(110);
  }
  state = 3;
  await vi.advanceTimersByTimeAsync(2000);
  expect(written[written.length - 1]).toBe(3);
  expect(written).toEqual([...written].sort());
});

test('what has become something else is not saved any more, and what fails once is tried at the next change', async () => {
  let saved = 0;
  const autosave = new Autosave(async () => {
    saved++;
    if (saved === 1) throw new Error('disk full');
  }, 100);
  autosave.changed();
  await vi.advanceTimersByTimeAsync(50);
  await autosave.cancel();
  await vi.advanceTimersByTimeAsync(200);
  expect(saved).toBe(0);
  autosave.changed();
  await autosave.flush().catch(() => undefined);
  autosave.changed();
  await autosave.flush();
  expect(saved).toBe(2);
});
