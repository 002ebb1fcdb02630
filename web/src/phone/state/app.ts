// The one client, device and account of this page, for all screens.

import { Client } from '@shared/api/client';
import { NoAnswer } from '@shared/api/problem';
import type { Account } from '@shared/api/session';
import { language } from '@shared/words/language';
import { computed, ref, shallowRef } from 'vue';
import { Cache } from '../device/cache';
import { openDevice, wipe, type Device } from '../device/database';
import { DeviceSessions } from '../device/sessions';
import { WorkStorage } from '../device/work-storage';

/** Who this device's data belongs to; stays when the session has run out. */
export const account = shallowRef<Account>();
/** The session can't be renewed: what is queued waits until the officer has signed in again. */
export const sessionOver = ref(false);
export const isOfficer = computed(() => account.value?.role === 'officer');

/** What the browser says of the network. */
export const hasNetwork = ref(navigator.onLine);
/** Whether the last request was answered. */
export const isAnswered = ref(true);

export interface App {
  device: Device;
  cache: Cache;
  sessions: DeviceSessions;
  storage: WorkStorage;
  client: Client;
}

let opened: App | undefined;

export function app(): App {
  if (!opened) {
    throw new Error('used before openApp');
  }
  return opened;
}

/** Opens what lies on the device. */
export async function openApp(): Promise<void> {
  const device = await openDevice();
  const cache = new Cache(device);
  const sessions = new DeviceSessions(cache);
  const client = new Client({
    origin: '',
    sessions,
    language: () => language.value,
    onSignedOut: () => (sessionOver.value = true),
    fetch: noting,
  });
  opened = { device, cache, sessions, storage: new WorkStorage(device), client };
  account.value = await cache.get<Account>(ACCOUNT);
  sessionOver.value = account.value !== undefined && (await sessions.load()) === undefined;
}

/** Notes whether anybody answers. */
async function noting(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(input, init);
    isAnswered.value = true;
    return answer;
  } catch (failure) {
    isAnswered.value = false;
    throw failure;
  }
}

const ACCOUNT = 'account';

/** How a sign-in ended. */
export type SignedIn = 'done' | 'device_of_another';

/**
 * Signs in. A device holds the work of one account: another one is let in only once nothing of the first is left to be
 * sent, and then finds an empty device.
 */
export async function signIn(given: Parameters<Client['signIn']>[0], remember: boolean): Promise<SignedIn> {
  const owner = account.value;
  if (owner && owner.id !== given.account) {
    const { drafts, jobs } = await app().storage.count();
    if (drafts + jobs > 0) {
      return 'device_of_another';
    }
    await forgetEverything();
  }
  const { cache, client, sessions } = app();
  sessions.remember = remember;
  const signedIn = await client.signIn(given);
  await cache.put(ACCOUNT, signedIn);
  account.value = signedIn;
  sessionOver.value = false;
  return 'done';
}

export async function accountChanged(changed: Account): Promise<void> {
  await app().client.accountChanged(changed);
  await app().cache.put(ACCOUNT, changed);
  account.value = changed;
}

/** Ends the session and takes everything off the device. */
export async function signOut(): Promise<void> {
  await app().client.signOut();
  await forgetEverything();
}

async function forgetEverything(): Promise<void> {
  await wipe(app().device);
  sessionStorage.clear();
  app().device.database.close();
  account.value = undefined;
  // With a new key: the old one is gone for good.
  await openApp();
}

/**
 * What `ask` gives, kept under a name; where nobody answers, what was kept last. `stale` says which of both it is.
 */
export async function askOrRemember<T>(name: string, ask: () => Promise<T>): Promise<{ value: T; stale: boolean }> {
  // What an account asked for must not be kept for the next one, if it comes after a sign-out.
  const { cache } = app();
  try {
    const value = await ask();
    await cache.put(name, value);
    return { value, stale: false };
  } catch (failure) {
    const kept = failure instanceof NoAnswer ? await cache.get<T>(name) : undefined;
    if (kept === undefined) {
      throw failure;
    }
    return { value: kept, stale: true };
  }
}
