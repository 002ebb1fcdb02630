import type { Schema } from './operations';

export type Account = Schema<'Account'>;

/** Somebody signed in. */
export interface Session {
  accessToken: string;
  /** Rotates with every use: the stored one is the only one that counts. */
  refreshToken: string;
  /** Milliseconds since the epoch, by this device's clock. */
  expiresAt: number;
  account: Account;
}

/** Where a client keeps its session. All tabs of a client see the same one. */
export interface SessionStore {
  load(): Promise<Session | undefined>;
  save(session: Session): Promise<void>;
  /** What was stored is gone for good. */
  clear(): Promise<void>;
}

export function sessionOf(answer: Schema<'Session'>, now: number): Session {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresAt: now + answer.expires_in * 1000,
    account: answer.account,
  };
}

/** Runs `work` in one tab at a time, where the browser can tell. */
export async function oneTabAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  // Without locks two tabs may refresh at once: the API gives both the same successor.
  return locks ? await locks.request(name, work) : await work();
}
