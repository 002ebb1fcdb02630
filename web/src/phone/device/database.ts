// What lies on the device. Beside sealed contents stand only ids and what transactions decide by.

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { Vault, type Sealed } from './vault';

export interface Schema extends DBSchema {
  /** The one key, by the name `device`. */
  keys: { key: string; value: CryptoKey };
  /** Answers of the API and the session, by name. */
  cache: { key: string; value: Sealed };
  drafts: { key: string; value: StoredDraft };
  jobs: { key: string; value: StoredJob };
  photos: { key: string; value: Sealed };
}

export interface StoredDraft {
  /** With a report or a survey: its kind before the household's id, and a colon between. */
  household: string;
  /** Whose bytes it needs. */
  photos: string[];
  /** The version of the record that it builds on; 0 where it builds on none. */
  baseVersion: number;
  sealed: Sealed;
}

export interface StoredJob extends StoredDraft {
  id: string;
  order: number;
  /** Not a report or survey: it builds on the record's version, and on the verifications before it. */
  verification: boolean;
  /** It may have been carried out. */
  tried: boolean;
}

export type Database = IDBPDatabase<Schema>;
export const STORES = ['keys', 'cache', 'drafts', 'jobs', 'photos'] as const;

export interface Device {
  database: Database;
  vault: Vault;
}

export async function openDevice(name = 'anju-app'): Promise<Device> {
  const database = await openDB<Schema>(name, 1, {
    upgrade(database) {
      database.createObjectStore('keys');
      database.createObjectStore('cache');
      database.createObjectStore('drafts', { keyPath: 'household' });
      database.createObjectStore('jobs', { keyPath: 'id' });
      database.createObjectStore('photos');
    },
  });
  return { database, vault: new Vault(await deviceKey(database)) };
}

async function deviceKey(database: Database): Promise<CryptoKey> {
  const kept = await database.get('keys', 'device');
  if (kept) {
    return kept;
  }
  const made = await Vault.newKey();
  const transaction = database.transaction('keys', 'readwrite');
  // Two tabs may open at once: the first one's key is everybody's.
  const other = await transaction.store.get('device');
  if (!other) {
    await transaction.store.put(made, 'device');
  }
  await transaction.done;
  return other ?? made;
}

/** Everything goes, the key too. What is left of it in the file system can't be read by anybody. */
export async function wipe(device: Device): Promise<void> {
  const transaction = device.database.transaction(STORES, 'readwrite');
  await Promise.all(STORES.map((store) => transaction.objectStore(store).clear()));
  await transaction.done;
}
