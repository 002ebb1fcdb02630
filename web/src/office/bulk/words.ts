import { words, type Pair } from '@shared/words/words';
import type { Export, ExportFormat, ExportKind, ImportFormat, ImportKind, ImportRun } from './contract';

export const exportKindWord = words({
  households: ['住户名册', 'Households'],
  statistics: ['统计表', 'Statistics'],
  feedback: ['反馈记录', 'Reports'],
  qr_sheet: ['农户二维码', 'QR codes'],
} as const satisfies Record<ExportKind, Pair>);

export const formatWord = words({
  xlsx: ['Excel（xlsx）', 'Excel (xlsx)'],
  csv: ['CSV', 'CSV'],
  pdf: ['PDF', 'PDF'],
} as const satisfies Record<ExportFormat | ImportFormat, Pair>);

export const exportStateWord = words({
  queued: ['排队中', 'Queued'],
  running: ['生成中', 'Being made'],
  done: ['已完成', 'Done'],
  failed: ['失败', 'Failed'],
} as const satisfies Record<Export['state'], Pair>);

export const exportReasonWord = words({
  too_many_rows: ['行数超出格式上限，请改用 CSV、缩小地区或增加条件。', 'More rows than the format holds: choose CSV, a smaller region or more filters.'],
  account_closed: ['账号已停用。', 'The account may no longer sign in.'],
  internal: ['系统内部错误，请重新导出。', 'Something failed inside. Ask again.'],
} as const satisfies Record<NonNullable<Export['reason']>, Pair>);

export const importKindWord = words({
  register: ['建档立卡户', 'Register of households'],
  regions: ['行政区划', 'Regions'],
  accounts: ['账号', 'Accounts'],
} as const satisfies Record<ImportKind, Pair>);

export const importStateWord = words({
  awaiting_upload: ['等待上传', 'Waiting for the file'],
  checking: ['检查中', 'Being checked'],
  applying: ['导入中', 'Being applied'],
  done: ['已完成', 'Done'],
  failed: ['失败', 'Failed'],
} as const satisfies Record<ImportRun['state'], Pair>);
