import type { Session, SessionStore } from '@shared/api/session';
import type { Cache } from './cache';

const NAME = 'session';

/**
 * The session: sealed on the device where the officer wants to be remembered, else for as long as the tab is open. The
 * password is never kept; what is remembered is a refresh token, which is this device's alone and ends with a sign-out.
 */
export class DeviceSessions implements SessionStore {
  /** Set at the sign-in. */
  remember = true;

  constructor(private readonly cache: Cache) {}

  async load(): Promise<Session | undefined> {
    const ofTab = sessionStorage.getItem(NAME);
    if (ofTab !== null) {
      this.remember = false;
      return JSON.parse(ofTab) as Session;
    }
    return this.cache.get<Session>(NAME);
  }

  async save(session: Session): Promise<void> {
    if (this.remember) {
      sessionStorage.removeItem(NAME);
      await this.cache.put(NAME, session);
    } else {
      sessionStorage.setItem(NAME, JSON.stringify(session));
      await this.cache.remove(NAME);
    }
  }

  async clear(): Promise<void> {
    sessionStorage.removeItem(NAME);
    await this.cache.remove(NAME);
  }
}
