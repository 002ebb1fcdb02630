import { NoAnswer } from '@shared/api/problem';
import { client } from '../session';
import type { Export, ExportOrder, ImportFormat, ImportKind, ImportRun } from './contract';

export async function statisticsWorkbook(code: string): Promise<Blob> {
  return (await client.raw('/v1/regions/{code}/statistics.xlsx', { path: { code } })).blob();
}

export function getExport(id: string): Promise<Export> {
  return client.get('/v1/exports/{id}', { path: { id } });
}

export function createExport(order: ExportOrder, idempotencyKey: string): Promise<Export> {
  return client.post('/v1/exports', { body: order, idempotencyKey });
}

export function getImport(id: string, signal: AbortSignal): Promise<ImportRun> {
  return client.get('/v1/imports/{id}', { path: { id }, signal });
}

export async function importTemplate(kind: ImportKind): Promise<Blob> {
  return (await client.raw('/v1/imports/templates/{kind}', { path: { kind } })).blob();
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
  const { import_id, upload } = await client.post('/v1/imports', {
    query: { dry_run: dryRun },
    body: { kind, format, size: content.byteLength, sha256 },
    idempotencyKey,
  });
  const { method, url, headers } = upload;
  const answer = await fetch(url, { method, headers, body: content, credentials: 'omit' }).catch((cause: unknown) => {
    throw new NoAnswer(cause);
  });
  // 412: it is there already, from a try whose answer was lost.
  if (!answer.ok && answer.status !== 412) {
    throw new NoAnswer(`storage: ${answer.status}`);
  }
  return import_id;
}
