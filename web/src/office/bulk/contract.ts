// What is sent and answered of imports and exports.

/** A page of a list that goes by cursor. */
export interface BulkPage<Item> {
  items: Item[];
  total: number | null;
  next_cursor: string | null;
  as_of: string;
}

export type ExportKind = 'households' | 'statistics' | 'feedback' | 'qr_sheet';
export type ExportFormat = 'xlsx' | 'csv' | 'pdf';

export interface ExportOrder {
  kind: ExportKind;
  format: ExportFormat;
  region?: string;
  filters?: Record<string, unknown>;
  sheet?: { paper: 'a4' | 'a6'; columns?: number; rows?: number };
}

export interface Export {
  id: string;
  kind: ExportKind;
  format: ExportFormat;
  region: string;
  state: 'queued' | 'running' | 'done' | 'failed';
  rows: number;
  total: number | null;
  progress: number;
  left_out?: number;
  reason?: 'too_many_rows' | 'account_closed' | 'internal';
  requested_at: string;
  finished_at?: string;
  kept_until: string;
  download?: { url: string; expires_at: string; file_name: string; size: number };
}

export type ImportKind = 'register' | 'regions' | 'accounts';
export type ImportFormat = 'csv' | 'xlsx';

export interface ImportRun {
  id: string;
  kind: ImportKind;
  format: ImportFormat;
  dry_run: boolean;
  state: 'awaiting_upload' | 'checking' | 'applying' | 'done' | 'failed';
  failure?: { code: string; title: string; detail: string; row?: number; column?: string };
  rows: number;
  applied: number;
  unchanged: number;
  rejected: number;
  created: number;
  changed: number;
  moved: number;
  left: number;
  missing: number;
  flagged: number;
  pieces: number;
  pieces_done: number;
  problems: number;
  errors_url?: string;
  accounts_url?: string;
  size: number;
  requested_at: string;
  ended_at?: string;
}

export interface AnnouncedImport {
  import_id: string;
  upload: { method: string; url: string; headers: Record<string, string> };
}
