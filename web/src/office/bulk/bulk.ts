import { NoAnswer } from '@shared/api/problem';
import { client } from '../session';
import type { AnnouncedImport, BulkPage, Export, ExportOrder, ImportFormat, ImportKind, ImportRun } from './contract';

/** Exports, imports and the workbook of the statistics. */
interface BulkClient {
  get(path: string, request: object): Promise<unknown>;
  post(path: string, request: object): Promise<unknown>;
  raw(path: string, request: object): Promise<Response>;
}
const bulk = client as unknown as BulkClient;

export async function statisticsWorkbook(code: string): Promise<Blob> {
  return (await bulk.raw('/v1/regions/{code}/statistics.xlsx', { path: { code } })).blob();
}

export function listExports(query: { cursor?: string; limit: number }, signal: AbortSignal): Promise<BulkPage<Export>> {
  return bulk.get('/v1/exports', { query, signal }) as Promise<BulkPage<Export>>;
}

export function getExport(id: string, signal?: AbortSignal): Promise<Export> {
  return bulk.get('/v1/exports/{id}', { path: { id }, ...(signal && { signal }) }) as Promise<Export>;
}

export function createExport(order: ExportOrder, idempotencyKey: string): Promise<Export> {
  return bulk.post('/v1/exports', { body: order, idempotencyKey }) as Promise<Export>;
}

export function listImports(query: { cursor?: string; limit: number }, signal: AbortSignal): Promise<BulkPage<ImportRun>> {
  return bulk.get('/v1/imports', { query, signal }) as Promise<BulkPage<ImportRun>>;
}

export function getImport(id: string, signal?: AbortSignal): Promise<ImportRun> {
  return bulk.get('/v1/imports/{id}', { path: { id }, ...(signal && { signal }) }) as Promise<ImportRun>;
}

export async function importTemplate(kind: ImportKind): Promise<Blob> {
  return (await bulk.raw('/v1/imports/templates/{kind}', { path: { kind } })).blob();
}

export interface ImportFile {
  kind: ImportKind;
  format: ImportFormat;
  dryRun: boolean;
  file: File;
}

/** Announces the file and sends it straight to storage; gives the import's id. The key makes a repetition the same import. */
export async function startImport({ kind, format, dryRun, file }: ImportFile, idempotencyKey: string): Promise<string> {
  const content = await file.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const announced = (await bulk.post('/v1/imports', {
    query: { dry_run: dryRun },
    body: { kind, format, size: content.byteLength, sha256 },
    idempotencyKey,
  })) as AnnouncedImport;
  const { method, url, headers } = announced.upload;
  const answer = await fetch(url, { method, headers, body: content, credentials: 'omit' }).catch((cause: unknown) => {
    throw new NoAnswer(cause);
  });
  // 412: it is there already, from a try whose answer was lost.
  if (!answer.ok && answer.status !== 412) {
    throw new NoAnswer(`storage: ${answer.status}`);
  }
  return announced.import_id;
}
