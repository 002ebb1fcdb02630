// The village's households, kept on the device.

import type { Schema } from '@shared/api/operations';
import { computed, ref, shallowRef } from 'vue';
import { account, app, askOrRemember, isOfficer } from './app';
import { drafts, jobs } from './queue';
import { isVerification } from '../queue/job';

export type Row = Schema<'HouseholdItem'>;
export type Household = Schema<'Household'>;

/** As the officer's tabs sort them: what is on this device counts before what the server knows. */
export const TABS = ['pending', 'draft', 'queued', 'returned', 'completed'] as const;
export type Tab = (typeof TABS)[number];

export const rows = shallowRef<Row[]>([]);
/** When the list was read last; empty before the first time. */
export const listedAt = ref('');
export const isListing = ref(false);

const LIST = 'households';
const PAGE = 100;
/** Milliseconds for which a list is good enough not to be read again without being asked to. */
const FRESH = 10 * 60_000;

interface KeptList {
  rows: Row[];
  at: string;
  /** By this phone's clock. */
  readAt: number;
}

let readAt = 0;

export async function openList(): Promise<void> {
  const kept = await app().cache.get<KeptList>(LIST);
  rows.value = kept?.rows ?? [];
  listedAt.value = kept?.at ?? '';
  readAt = kept?.readAt ?? 0;
}

/** Reads the village anew where what is here is old. Without network it stays as it is. */
export async function refreshOldList(): Promise<void> {
  if (Math.abs(Date.now() - readAt) > FRESH) {
    await refreshList().catch(() => undefined);
  }
}

/** Reads the whole village anew. What was there stays until all of it has come. */
export async function refreshList(): Promise<void> {
  if (!isOfficer.value || isListing.value) {
    return;
  }
  isListing.value = true;
  const asking = account.value?.id;
  try {
    const all: Row[] = [];
    let cursor: string | null | undefined;
    let at = '';
    do {
      const query = { limit: PAGE, ...(cursor && { cursor }) };
      const page = await app().client.get('/v1/households', { query });
      all.push(...page.items);
      cursor = page.next_cursor;
      at = page.as_of;
    } while (cursor);
    if (account.value?.id !== asking) {
      return; // signed out meanwhile
    }
    rows.value = all;
    listedAt.value = at;
    readAt = Date.now();
    await keep();
    await rememberBegun(all);
  } finally {
    isListing.value = false;
  }
}

function keep(): Promise<void> {
  return app().cache.put(LIST, { rows: rows.value, at: listedAt.value, readAt } satisfies KeptList);
}

/** What was begun elsewhere or sent back has a form on the server, which is needed where there is no network. */
async function rememberBegun(all: Row[]): Promise<void> {
  for (const row of all.filter((row) => row.state === 'draft')) {
    const kept = await app().cache.get<Household>(recordName(row.id));
    if (kept?.version !== row.version) {
      await record(row.id);
    }
  }
}

const recordName = (id: string) => `record:${id}`;

/** A household's record, from the server or as it was seen last. */
export function record(id: string): Promise<{ value: Household; stale: boolean }> {
  return askOrRemember(recordName(id), () => app().client.get('/v1/households/{id}', { path: { id } }));
}

export function rememberedRecord(id: string): Promise<Household | undefined> {
  return app().cache.get<Household>(recordName(id));
}

/** The server has answered a verification with the record as it is now. */
export async function received(record: Household): Promise<void> {
  await app().cache.put(recordName(record.id), record);
  const index = rows.value.findIndex((row) => row.id === record.id);
  const before = rows.value[index];
  if (before) {
    const changed = [...rows.value];
    changed[index] = rowOf(before, record);
    rows.value = changed;
    await keep();
  }
}

function rowOf(before: Row, record: Household): Row {
  const { returned: _, result: _result, guarantee: _guarantee, verified_at: _time, ...rest } = before;
  const { verification } = record;
  return {
    ...rest,
    version: record.version,
    state: record.state,
    alerts: record.alerts,
    ...(verification?.result && { result: verification.result }),
    ...(verification?.guarantee && { guarantee: verification.guarantee }),
    ...(verification?.verified_at && { verified_at: verification.verified_at }),
    ...(record.returned && { returned: record.returned }),
  };
}

const queuedHouseholds = computed(() => new Set(jobs.value.filter(isVerification).map((job) => job.household)));
const draftHouseholds = computed(() => new Set(drafts.value.map((draft) => draft.household)));

export function tabOf(row: Row): Tab {
  if (draftHouseholds.value.has(row.id)) {
    return 'draft';
  }
  if (queuedHouseholds.value.has(row.id)) {
    return 'queued';
  }
  if (row.state === 'draft') {
    return row.returned ? 'returned' : 'draft';
  }
  return row.state === 'completed' ? 'completed' : 'pending';
}

export const byTab = computed(() => {
  const sorted: Record<Tab, Row[]> = { pending: [], draft: [], queued: [], returned: [], completed: [] };
  for (const row of rows.value) {
    sorted[tabOf(row)].push(row);
  }
  return sorted;
});

export function ownRegion(): string {
  return account.value?.region.code ?? '0';
}
