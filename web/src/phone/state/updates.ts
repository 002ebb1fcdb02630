// New versions of the client: the service worker fetches them aside, the officer says when they take over.

import { ref } from 'vue';
import { app } from './app';
import { isOlder } from './version';

export const newVersionWaits = ref(false);
/** The API doesn't work with this version any more. */
export const isTooOld = ref(false);

let registration: ServiceWorkerRegistration | undefined;

export async function watchForUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) {
    return;
  }
  registration = await navigator.serviceWorker.register(import.meta.env.LEGACY ? 'sw.js?old' : 'sw.js');
  note(registration);
  registration.addEventListener('updatefound', () => {
    registration?.installing?.addEventListener('statechange', () => registration && note(registration));
  });
}

function note({ waiting }: ServiceWorkerRegistration): void {
  newVersionWaits.value = waiting !== null && navigator.serviceWorker.controller !== null;
}

/** The API names the oldest version that it works with. */
export function noteMinimum(version: string): void {
  isTooOld.value = isOlder(__VERSION__, version);
}

export type UpdateCheck = 'current' | 'waits' | 'offline';

export async function checkForUpdate(): Promise<UpdateCheck> {
  try {
    const { minimum_version } = await app().client.get('/v1/app', { withoutSession: true });
    noteMinimum(minimum_version);
    await registration?.update();
  } catch {
    return 'offline';
  }
  // An update that was found may still be on its way.
  const installing = registration?.installing;
  if (installing) {
    await new Promise<void>((resolve) => installing.addEventListener('statechange', () => installing.state !== 'installing' && resolve()));
  }
  if (registration) {
    note(registration);
  }
  return newVersionWaits.value ? 'waits' : 'current';
}

/** Lets the new version take over, and starts it. What was entered is on the disk. */
export function takeUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
  registration?.waiting?.postMessage('take-over');
}
