import type { Schema } from '../api/operations';
import type { Level } from '../domain/region';
import { words, type Pair } from './words';

/** Every choice of the API by the words that people see. A new value of an enum doesn't compile until it has some. */
type Labels<Key extends string> = Readonly<Record<Key, Pair>>;

export type State = Schema<'State'>;
export type ResultChoice = Schema<'ResultChoice'>;
export type GuaranteeChoice = Schema<'GuaranteeChoice'>;
export type RenovationChoice = Schema<'RenovationChoice'>;
export type RenovationMethod = Schema<'Method'>;
export type Shelter = Schema<'Shelter'>;
export type Grade = Schema<'Grade'>;
export type Detail = Schema<'Detail'>;
export type AlertKind = Schema<'AnyAlertKind'>;
export type FeedbackType = Schema<'FeedbackType'>;
export type FeedbackStatus = Schema<'FeedbackStatus'>;
export type WorkKind = 'task_2020' | 'unfinished_2019' | 'look_back_unfinished';

/** What the fields of a verification's result are called. */
export const RESULT_FIELDS = {
  result: ['核验结果', 'Result'],
  guarantee: ['保障方式', 'Guarantee'],
  grade: ['鉴定等级', 'Grade'],
  renovation: ['改造类型', 'Renovation'],
  method: ['改造方式', 'Method'],
  shelter: ['保障类型', 'Where'],
  note: ['备注', 'Note'],
  explanation: ['未保障情况说明', 'Explanation'],
} as const satisfies Record<string, Pair>;

export const RESULTS = {
  secured: ['住房安全有保障', 'Housing safety secured'],
  unsecured: ['住房安全未保障', 'Housing safety not secured'],
} as const satisfies Labels<ResultChoice>;

export const GUARANTEES = {
  appraised: ['鉴定安全', 'Appraised safe'],
  renovated: ['改造安全', 'Renovated safe'],
  sheltered: ['保障安全', 'Sheltered safe'],
} as const satisfies Labels<GuaranteeChoice>;

export const GRADES = {
  a: ['A级', 'Grade A'],
  b: ['B级', 'Grade B'],
} as const satisfies Labels<Grade>;

export const RENOVATIONS = {
  dilapidated_house_renovation: ['农村危房改造', 'Rural dilapidated-house renovation'],
  poverty_relocation: ['易地扶贫搬迁', 'Relocation for poverty alleviation'],
  ecological_migration: ['生态移民', 'Ecological migration'],
  reservoir_migration: ['水库移民', 'Reservoir migration'],
  hazard_relocation: ['避险搬迁', 'Relocation from hazards'],
  other: ['其他', 'Other'],
} as const satisfies Labels<RenovationChoice>;

export const METHODS = {
  reinforced: ['维修加固', 'Repaired and reinforced'],
  rebuilt: ['拆除重建', 'Torn down and rebuilt'],
  newly_built: ['无房新建', 'Newly built, none before'],
} as const satisfies Labels<RenovationMethod>;

export const SHELTERS = {
  collective_rental: ['集体公租房', 'Collective public rental'],
  happiness_compound: ['幸福大院', 'Happiness compound'],
  care_home: ['敬(养)老院', 'Home for the elderly'],
  relatives: ['投亲靠友', 'With relatives or friends'],
  rented_or_borrowed: ['租住、借住其他安全房屋', 'Another safe house, rented or borrowed'],
  other: ['其他', 'Other'],
} as const satisfies Labels<Shelter>;

export const STATES = {
  pending: ['未核验', 'Not verified'],
  draft: ['草稿', 'Draft'],
  completed: ['核验完成', 'Verified'],
  left: ['已迁出', 'Moved away'],
} as const satisfies Labels<State>;

export const DETAILS = {
  appraised_a: ['鉴定A级', 'Appraised, grade A'],
  appraised_b: ['鉴定B级', 'Appraised, grade B'],
  renovated_reinforced: ['危房改造：维修加固', 'Renovated: reinforced'],
  renovated_rebuilt: ['危房改造：拆除重建', 'Renovated: rebuilt'],
  renovated_newly_built: ['危房改造：无房新建', 'Renovated: newly built'],
  renovated_poverty_relocation: ['易地扶贫搬迁', 'Relocation for poverty alleviation'],
  renovated_ecological_migration: ['生态移民', 'Ecological migration'],
  renovated_reservoir_migration: ['水库移民', 'Reservoir migration'],
  renovated_hazard_relocation: ['避险搬迁', 'Relocation from hazards'],
  renovated_other: ['改造：其他', 'Renovated: other'],
  sheltered_collective_rental: ['集体公租房', 'Collective public rental'],
  sheltered_happiness_compound: ['幸福大院', 'Happiness compound'],
  sheltered_care_home: ['敬(养)老院', 'Home for the elderly'],
  sheltered_relatives: ['投亲靠友', 'With relatives or friends'],
  sheltered_rented_or_borrowed: ['租住、借住其他安全房屋', 'Another safe house, rented or borrowed'],
  sheltered_other: ['保障：其他', 'Sheltered: other'],
} as const satisfies Labels<Detail>;

export const ALERTS = {
  unsecured: ['住房安全未保障', 'Housing safety not secured'],
  feedback_overdue: ['反馈超期未处理', 'Report overdue'],
  photo_rejected: ['照片不可用', 'Photo unusable'],
  photo_reused: ['照片重复使用', 'Photo used before'],
  photo_far: ['照片位置偏远', 'Photo taken far away'],
  photo_time_odd: ['照片时间异常', 'Odd time of photo'],
  id_invalid: ['身份证号有误', 'Invalid ID number'],
  id_duplicate: ['身份证号重复', 'ID number of several'],
  guarantee_changed: ['保障方式变更', 'Guarantee changed'],
  burst: ['核验过于集中', 'Too many at once'],
  behind_schedule: ['进度滞后', 'Behind schedule'],
} as const satisfies Labels<AlertKind>;

export const FEEDBACK_TYPES = {
  house_quality: ['房屋质量问题', 'Quality of the house'],
  subsidy: ['资金补助问题', 'Subsidies'],
  acceptance: ['房屋验收问题', 'Acceptance of the house'],
  other: ['其他', 'Other'],
} as const satisfies Labels<FeedbackType>;

export const FEEDBACK_STATUSES = {
  open: ['未处理', 'Open'],
  handled: ['已处理', 'Handled'],
} as const satisfies Labels<FeedbackStatus>;

export const WORKS = {
  task_2020: ['2020年任务', 'Tasks of 2020'],
  unfinished_2019: ['2019年危改未竣工', 'Renovations of 2019 not finished'],
  look_back_unfinished: ['回头看大排查未竣工', 'Not finished since the look back'],
} as const satisfies Labels<WorkKind>;

export const LEVEL_NAMES = {
  nation: ['全国', 'Nation'],
  province: ['省', 'Province'],
  prefecture: ['市', 'Prefecture'],
  county: ['县', 'County'],
  township: ['乡镇', 'Township'],
  village: ['村', 'Village'],
} as const satisfies Labels<Level>;

export const resultWord = words(RESULTS);
export const guaranteeWord = words(GUARANTEES);
export const gradeWord = words(GRADES);
export const renovationWord = words(RENOVATIONS);
export const methodWord = words(METHODS);
export const shelterWord = words(SHELTERS);
export const stateWord = words(STATES);
export const detailWord = words(DETAILS);
export const alertWord = words(ALERTS);
export const feedbackTypeWord = words(FEEDBACK_TYPES);
export const feedbackStatusWord = words(FEEDBACK_STATUSES);
export const workWord = words(WORKS);
export const levelWord = words(LEVEL_NAMES);

/** The keys of a table of labels, in the order of the forms. */
export function choices<Key extends string>(labels: Readonly<Record<Key, Pair>>): Key[] {
  return Object.keys(labels) as Key[];
}
