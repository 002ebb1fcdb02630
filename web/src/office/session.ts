import { computed, ref, shallowRef } from 'vue';
import { Client } from '@shared/api/client';
import type { Account, Session, SessionStore } from '@shared/api/session';
import { isOfficial, supervises } from '@shared/domain/region';
import { language } from '@shared/words/language';

const KEPT_AS = 'anju-office-session';

/** The session of all tabs of this browser, until somebody signs out. */
const sessions: SessionStore = {
  load: () => Promise.resolve(kept()),
  save: (session) => Promise.resolve(localStorage.setItem(KEPT_AS, JSON.stringify(session))),
  clear: () => Promise.resolve(localStorage.removeItem(KEPT_AS)),
};

function kept(): Session | undefined {
  try {
    return (JSON.parse(localStorage.getItem(KEPT_AS) ?? 'null') as Session | null) ?? undefined;
  } catch {
    return undefined; // cut short or written by somebody else: whoever it was signs in again
  }
}

/** Who is signed in. */
export const account = shallowRef<Account>();
/** The session ended while somebody was at work: they sign in again over the screen they are on. */
export const expired = ref(false);
/** Moves with every signing in: what could not be loaded is loaded again. */
export const signIns = ref(0);

export const client = new Client({
  origin: '',
  sessions,
  language: () => language.value,
  onSignedOut: () => {
    expired.value = account.value !== undefined;
  },
});

/** The account's own region; the nation's where nobody is signed in. */
export const ownRegion = computed(() => account.value?.region.code ?? '0');
export const mayHandle = computed(() => account.value !== undefined && isOfficial(account.value.region.level));
export const maySupervise = computed(() => account.value !== undefined && supervises(account.value.region.level));
export const isVillage = computed(() => account.value?.region.level === 'village');
export const isOperator = computed(() => account.value?.role === 'operator');

export async function restoreSession(): Promise<void> {
  account.value = await client.account();
}

export async function signIn(given: { account: string; password: string; captcha_id: string; captcha: string }): Promise<Account> {
  const signedIn = await client.signIn(given);
  account.value = signedIn;
  expired.value = false;
  signIns.value++;
  return signedIn;
}

export async function signOut(): Promise<void> {
  await client.signOut();
  account.value = undefined;
  expired.value = false;
}

/** Takes over what the first sign-in, or a change of the profile, made of the account. */
export async function noteAccount(changed: Account): Promise<void> {
  await client.accountChanged(changed);
  account.value = changed;
}

/** Another tab signed out, or in as somebody else: this one must not go on as who it was. */
addEventListener('storage', (event) => {
  if (event.key === KEPT_AS && kept()?.account.id !== account.value?.id) {
    location.reload();
  }
});
