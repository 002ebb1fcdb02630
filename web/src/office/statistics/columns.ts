import type { Schema } from '@shared/api/operations';
import { choices, DETAILS, detailWord, GUARANTEES, guaranteeWord, type Detail, type GuaranteeChoice } from '@shared/words/labels';
import { words } from '@shared/words/words';

export type Row = Schema<'StatisticsRow'>;

const t = words({
  households: ['建档立卡户', 'Households'],
  appraised: ['鉴定安全', 'Appraised safe'],
  renovated: ['改造安全', 'Renovated safe'],
  sheltered: ['保障安全', 'Sheltered safe'],
  unverified: ['未核验', 'Not verified'],
  verified: ['已核验', 'Verified'],
  rate: ['核准率', 'Completion'],
  people: ['人口', 'People'],
  draft: ['草稿', 'Drafts'],
  unsecured: ['未保障', 'Not secured'],
  feedbackOpen: ['未处理反馈', 'Open reports'],
  feedbackHandled: ['已处理反馈', 'Handled'],
  surveys: ['调研', 'Surveys'],
  alerts: ['预警户次', 'Alerts'],
});

export interface Column {
  key: string;
  title: () => string;
  value: (row: Row) => number | string;
  /** The filters of the list of households that is as long as the number. */
  list?: Record<string, string>;
}

/** The deck's columns. */
const MAIN: Column[] = [
  { key: 'households', title: () => t('households'), value: (row) => row.households, list: {} },
  { key: 'appraised', title: () => t('appraised'), value: (row) => row.appraised, list: { guarantee: 'appraised' } },
  { key: 'renovated', title: () => t('renovated'), value: (row) => row.renovated, list: { guarantee: 'renovated' } },
  { key: 'sheltered', title: () => t('sheltered'), value: (row) => row.sheltered, list: { guarantee: 'sheltered' } },
  { key: 'unverified', title: () => t('unverified'), value: (row) => row.unverified },
  { key: 'verified', title: () => t('verified'), value: (row) => row.verified, list: { state: 'completed' } },
  { key: 'rate', title: () => t('rate'), value: (row) => `${row.completion_rate}%` },
];

const WORK: Column[] = [
  { key: 'households', title: () => t('households'), value: (row) => row.households, list: {} },
  { key: 'people', title: () => t('people'), value: (row) => row.people },
  { key: 'draft', title: () => t('draft'), value: (row) => row.draft, list: { state: 'draft' } },
  { key: 'unsecured', title: () => t('unsecured'), value: (row) => row.unsecured, list: { result: 'unsecured' } },
  { key: 'feedbackOpen', title: () => t('feedbackOpen'), value: (row) => row.feedback_open },
  { key: 'feedbackHandled', title: () => t('feedbackHandled'), value: (row) => row.feedback_handled },
  { key: 'surveys', title: () => t('surveys'), value: (row) => row.surveys },
  { key: 'alerts', title: () => t('alerts'), value: (row) => Object.values(row.alerts).reduce((sum, count) => sum + (count ?? 0), 0) },
];

/** Below the name of its guarantee, a detail needs only its own. */
const KINDS: Column[] = choices(DETAILS).map((detail) => ({
  key: detail,
  title: () => detailWord(detail).split(/：|: /).at(-1) ?? '',
  value: (row: Row) => row.details[detail] ?? 0,
  list: { detail },
}));

/** What the columns of details belong to, and how many of them there are. */
export const GROUPS: { title: () => string; columns: number }[] = choices(GUARANTEES).map((guarantee) => ({
  title: () => guaranteeWord(guarantee),
  columns: choices(DETAILS).filter((detail) => groupOf(detail) === guarantee).length,
}));

function groupOf(detail: Detail): GuaranteeChoice | undefined {
  return choices(GUARANTEES).find((guarantee) => detail.startsWith(`${guarantee}_`));
}

export const TABLES = { main: MAIN, work: WORK, kinds: KINDS };
export type Table = keyof typeof TABLES;
