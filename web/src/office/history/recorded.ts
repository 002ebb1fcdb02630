import { chinaMinute } from '@shared/domain/china-time';
import {
  FEEDBACK_TYPES, GRADES, GUARANTEES, LEVEL_NAMES, METHODS, RENOVATIONS, RESULT_FIELDS, RESULTS, SHELTERS, WORKS,
} from '@shared/words/labels';
import { language } from '@shared/words/language';
import type { Pair } from '@shared/words/words';

// What a history records, by the words that people see. Pointers and values stay what they are in the chain and in the
// saved file; only the screen says them in words. What has none is shown as it was recorded.

const NAMES: Readonly<Record<string, Pair>> = {
  register: ['登记簿', 'Register'],
  head: ['户主', 'Head'],
  members: ['成员', 'Member'],
  name: ['姓名', 'Name'],
  id_number: ['身份证号', 'ID number'],
  phone: ['联系电话', 'Phone'],
  relation: ['与户主关系', 'Relation'],
  address: ['地址', 'Address'],
  works: ['扫尾工程', 'Remaining works'],
  import: ['导入编号', 'Import'],
  correction: ['更正', 'Correction'],
  verifier: ['核验人', 'Verifier'],
  position: ['职务', 'Position'],
  verified_at: ['核验时间', 'Verified'],
  ...RESULT_FIELDS,
  reason: ['理由', 'Reason'],
  alert: ['预警编号', 'Alert'],
  withdrawn: ['已作废的二维码数', 'Withdrawn codes'],
  id_shared_with: ['身份证号相同的住户', 'Households with the same ID number'],
  feedback_id: ['反馈编号', 'Report'],
  type: ['问题类型', 'Type'],
  source: ['来源', 'From'],
  content: ['问题内容', 'Content'],
  opinion: ['意见', 'Opinion'],
  verification_reopened: ['已退回核验', 'Verification reopened'],
  escalated_to: ['上报至', 'Went up to'],
  survey_id: ['调研编号', 'Survey'],
  survey_version: ['调研版本', 'Version of the survey'],
  surveyor: ['调研人', 'Surveyor'],
  surveyed_at: ['调研时间', 'Surveyed'],
  public: ['是否公开', 'Public'],
  finding: ['现场调研结果', 'Finding'],
  photo_ids: ['照片编号', 'Photo'],
  photo_id: ['照片编号', 'Photo'],
  photo: ['照片', 'Photo'],
  reused: ['相同照片', 'Same photos'],
  household: ['住户', 'Household'],
  state: ['状态', 'State'],
  taken_at: ['拍摄时间', 'Taken'],
  taken_at_source: ['时间来源', 'Source of the time'],
  exif_location: ['照片内位置', 'Position in the file'],
  latitude: ['纬度', 'Latitude'],
  longitude: ['经度', 'Longitude'],
  altitude_m: ['海拔（米）', 'Altitude (m)'],
  accuracy_m: ['精度（米）', 'Accuracy (m)'],
  camera: ['相机', 'Camera'],
  make: ['品牌', 'Make'],
  model: ['型号', 'Model'],
  width: ['宽（像素）', 'Width (pixels)'],
  height: ['高（像素）', 'Height (pixels)'],
  marked_size: ['加水印后大小（字节）', 'Size with its mark (bytes)'],
  thumbnail_size: ['缩略图大小（字节）', 'Size of the thumbnail (bytes)'],
  quality: ['压缩质量', 'Quality'],
  path: ['处理方式', 'Way of processing'],
  flaws: ['画面', 'Picture'],
  too_dark: ['过暗', 'Too dark'],
  too_blurred: ['模糊', 'Blurred'],
  difference_hash: ['图像指纹', 'Fingerprint'],
  fine_hash: ['精细图像指纹', 'Fine fingerprint'],
  open: ['未完成', 'Open'],
  order: ['依据', 'Order'],
  ...WORKS,
};

const CHOICES: Readonly<Record<string, Readonly<Record<string, Pair>>>> = {
  result: RESULTS,
  guarantee: GUARANTEES,
  grade: GRADES,
  renovation: RENOVATIONS,
  method: METHODS,
  shelter: SHELTERS,
  type: FEEDBACK_TYPES,
  escalated_to: LEVEL_NAMES,
  source: { household: ['农户', 'Household'], officer: ['村级账号', 'Village officer'] },
  state: { ready: ['可用', 'Ready'], rejected: ['不可用', 'Unusable'] },
  path: {
    splice: ['仅水印处重新编码', 'Only what lies under the mark is new'],
    splice_reencoded: ['仅水印处变化，编码重排', 'Only what lies under the mark is new; codes rewritten'],
    decoded_jpeg: ['整张重新编码（JPEG）', 'Encoded anew (JPEG)'],
    decoded_jpeg_12_bit: ['整张重新编码（12位JPEG）', 'Encoded anew (JPEG of 12 bits)'],
    decoded_png: ['整张重新编码（PNG）', 'Encoded anew (PNG)'],
    decoded_webp: ['整张重新编码（WebP）', 'Encoded anew (WebP)'],
    decoded_heic: ['整张重新编码（HEIC）', 'Encoded anew (HEIC)'],
  },
  taken_at_source: { exif: ['照片内', 'The file'], declared: ['手机申报', 'The phone'], upload: ['上传时间', 'The upload'] },
};

const YES_OR_NO: Readonly<Record<string, Pair>> = { true: ['是', 'yes'], false: ['否', 'no'] };
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

const pick = ([zh, en]: Pair) => (language.value === 'en' ? en : zh);

/** `/register/members/0/name` is 登记簿 · 成员 1 · 姓名. */
export function recordedName(pointer: string): string {
  const said: string[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const word = NAMES[part];
    if (/^\d+$/.test(part) && said.length > 0) {
      said[said.length - 1] += ` ${Number(part) + 1}`;
    } else {
      said.push(word ? pick(word) : part);
    }
  }
  return said.join(' · ');
}

export function recordedValue(pointer: string, value: unknown): string {
  const text = String(value);
  if (typeof value === 'boolean') {
    return pick(YES_OR_NO[text] as Pair);
  }
  const word = CHOICES[pointer.split('/').at(-1) ?? '']?.[text];
  if (word) {
    return pick(word);
  }
  return MOMENT.test(text) ? chinaMinute(text) : text;
}
