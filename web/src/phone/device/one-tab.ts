// Work that one tab does at a time. Two at once would do no harm (keys and versions see to that), but double the traffic.

const LEASE = 'anju-lease';
/** A lease that isn't renewed for so long was its holder's last. */
const LEASE_ENDS = 20_000;
const RENEWED_EVERY = 5_000;

/** Does the work, unless another tab is at it. */
export async function inOneTab<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  }
  return withLease(name, work, localStorage, Date.now);
}

/** For browsers without locks (before 2018): a note with the holder's name and the time. */
export async function withLease<T>(
  name: string,
  work: () => Promise<T>,
  notes: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  now: () => number,
): Promise<T | undefined> {
  const key = `${LEASE}-${name}`;
  const holder = String(Math.random());
  const [other, until] = (notes.getItem(key) ?? '').split(' ');
  if (other && Number(until) > now()) {
    return undefined;
  }
  const renew = () => notes.setItem(key, `${holder} ${now() + LEASE_ENDS}`);
  renew();
  const renewal = setInterval(renew, RENEWED_EVERY);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    if (notes.getItem(key)?.startsWith(holder)) {
      notes.removeItem(key);
    }
  }
}
