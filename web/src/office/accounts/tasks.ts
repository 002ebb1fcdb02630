import type { Schema } from '@shared/api/operations';

/** What is done with accounts one level down. */
export type AccountTask =
  | { kind: 'issue'; regions: string[] }
  | { kind: 'issue-all' }
  | { kind: 'reset' | 'disable'; account: Schema<'AccountItem'> };
