import type { Schema } from '@shared/api/operations';
import { words, type Pair } from '@shared/words/words';
import type { Flaw } from './chain';

export const kindWord = words({
  imported: ['由国家登记簿导入', 'Imported from the register'],
  register_changed: ['国家登记簿变更', 'Changed in the register'],
  moved_away: ['迁往他村', 'Moved to another village'],
  moved_here: ['由他村迁入', 'Came from another village'],
  left: ['已不在登记簿', 'Ended in the register'],
  erased: ['个人信息已删除', 'Personal data erased'],
  draft_saved: ['保存草稿', 'Draft saved'],
  completed: ['核验完成', 'Verification completed'],
  corrected: ['更正核验', 'Verification corrected'],
  returned: ['退回', 'Returned'],
  alert_dismissed: ['解除预警', 'Alert dismissed'],
  duplicates_changed: ['身份证号重复情况变化', 'Shared ID numbers changed'],
  revealed: ['查看完整信息', 'Full numbers seen'],
  lookup_renewed: ['更换二维码', 'QR code renewed'],
  photo_ready: ['照片处理完成', 'Photo processed'],
  photo_rejected: ['照片不可用', 'Photo unusable'],
  photo_reused: ['发现照片重复使用', 'Photo found elsewhere'],
  feedback_reported: ['反映问题', 'Problem reported'],
  feedback_handled: ['处理反馈', 'Report handled'],
  feedback_urged: ['督促处理', 'Report urged'],
  feedback_escalated: ['反馈超期升级', 'Report went up'],
  survey_conducted: ['现场调研', 'Survey entered'],
  survey_edited: ['修改调研', 'Survey edited'],
} as const satisfies Record<Schema<'ChangeKind'>, Pair>);

export const flawWord = words({
  changed: ['该记录被改动', 'the entry was changed'],
  missing_before: ['此前有记录缺失', 'an entry before this one is missing'],
  out_of_order: ['记录顺序不对或重复', 'the entry is out of order, or there twice'],
  not_linked: ['与上一条记录不衔接', 'the entry does not follow from the one before it'],
  other_household: ['属于其他住户', 'the entry is of another household'],
  not_the_head: ['链尾不符，其后有记录缺失', 'entries after this one are missing'],
} as const satisfies Record<Flaw, Pair>);

const actors = words({
  household: ['农户', 'Household'],
  system: ['系统', 'System'],
});

export function actorWord(by: Schema<'Actor'>): string {
  return typeof by === 'object' ? by.account : actors(by);
}
