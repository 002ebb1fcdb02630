import type { RequestOf, Schema } from '@shared/api/operations';

// What is sent and answered of imports and exports, by the names that the screens use.

export type Export = Schema<'Export'>;
export type ExportKind = Schema<'ExportKind'>;
export type ExportFormat = Schema<'ExportFormat'>;
export type ExportOrder = RequestOf<'post', '/v1/exports'>['body'];

export type ImportRun = Schema<'Import'>;
export type ImportKind = Schema<'ImportKind'>;
export type ImportFormat = Schema<'FileFormat'>;
