import type { Violation } from '../domain/verification';
import { words } from './words';

const t = words({
  required: ['此项必填。', 'This is required.'],
  too_long: ['内容过长。', 'This is too long.'],
  invalid_id_number: ['身份证号不正确：应为18位（末位可为X），残疾人证号为20位。', 'Not a valid ID number: 18 characters (the last may be X), or 20 with a disability certificate.'],
  invalid_phone: ['手机号不正确：应为以13至19开头的11位数字。', 'Not a mobile number: 11 digits beginning with 13 to 19.'],
  in_future: ['时间不能晚于现在。', 'The time lies in the future.'],
  photo_required: ['此结果需要房屋正立面全景照片。', 'This result needs a photo of the front of the house.'],
  note_required: ['请填写备注：安全房屋的地址；投亲靠友还需说明如何落实。', 'Give a note: the address of the safe house, and for relatives how it was arranged.'],
  explanation_required: ['请说明未保障的情况和原因。', 'Explain what is not safe, and why.'],
  photo_rejected: ['照片无法使用，请重新拍摄。', 'The photo cannot be used. Take another one.'],
  photo_not_uploaded: ['照片尚未上传。', 'The photo has not been uploaded yet.'],
  photo_unknown: ['服务器上没有这张照片，请重新拍摄。', 'The server has no such photo. Take another one.'],
  other: ['此项不正确。', 'This is not right.'],
});

type Known = Parameters<typeof t>[0];

const KNOWN: Record<Exclude<Known, 'other'>, true> = {
  required: true,
  too_long: true,
  invalid_id_number: true,
  invalid_phone: true,
  in_future: true,
  photo_required: true,
  note_required: true,
  explanation_required: true,
  photo_rejected: true,
  photo_not_uploaded: true,
  photo_unknown: true,
};

/** What a broken rule asks the reader to do. */
export function violationWord(code: Violation['code']): string {
  return t(code in KNOWN ? (code as Known) : 'other');
}
