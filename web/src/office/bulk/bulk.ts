import { client } from '../session';
import { sha256Of } from './digest';
import { send } from './send';
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

/** How far a file is: read for its digest first, then sent. */
export interface Progress {
  step: 'reading' | 'sending';
  /** From 0 to 1. */
  share: number;
}

/**
 * Announces the file and sends it straight to storage; gives the import's id. The key makes a repetition the same import.
 * Files are as large as they come: none is held in memory as a whole.
 */
export async function startImport({ kind, format, dryRun, file }: ImportFile, idempotencyKey: string, note: (progress: Progress) => void): Promise<string> {
  const sha256 = await sha256Of(file, (share) => note({ step: 'reading', share }));
  const { import_id, upload } = await client.post('/v1/imports', {
    query: { dry_run: dryRun },
    body: { kind, format, size: file.size, sha256 },
    idempotencyKey,
  });
  note({ step: 'sending', share: 0 });
  await send(upload, file, (share) => note({ step: 'sending', share }));
  return import_id;
}
