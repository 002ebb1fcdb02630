const FIRST = 2_000;
const LONGEST = 10 * 60_000;

/**
 * Milliseconds to wait after so many failures in a row: doubling, at most ten minutes, and scattered over the upper
 * half, so that a valley's phones don't all come back with the network at the same moment.
 */
export function backoff(attempts: number, random: number, retryAfterSeconds = 0): number {
  const full = Math.min(LONGEST, FIRST * 2 ** Math.min(attempts - 1, 20));
  return Math.max(retryAfterSeconds * 1000, full * (0.5 + random / 2));
}
