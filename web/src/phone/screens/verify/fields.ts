import { words } from '@shared/words/words';

/** What the form's fields are called, and on which step each of them stands. */
const t = words({
  '/correction/id_number': ['身份证号', 'ID number'],
  '/correction/phone': ['联系方式', 'Phone'],
  '/result': ['核验结果', 'Result'],
  '/guarantee': ['保障方式', 'Guarantee'],
  '/grade': ['鉴定等级', 'Grade'],
  '/renovation': ['改造类型', 'Project'],
  '/method': ['改造方式', 'Method'],
  '/shelter': ['安全房屋类型', 'Kind of safe house'],
  '/note': ['备注', 'Note'],
  '/explanation': ['未保障情况说明', 'Explanation'],
  '/photo_ids': ['房屋照片', 'Photo of the house'],
  '/verifier/name': ['核验人', 'Verifier'],
  '/verifier/position': ['核验人职务', 'Position'],
  '/verifier/phone': ['核验人联系电话', "Verifier's phone"],
  '/verified_at': ['核验时间', 'Time'],
});

type Pointer = Parameters<typeof t>[0];

const STEPS: Record<Pointer, number> = {
  '/correction/id_number': 1,
  '/correction/phone': 1,
  '/result': 2,
  '/guarantee': 2,
  '/grade': 2,
  '/renovation': 2,
  '/method': 2,
  '/shelter': 2,
  '/note': 2,
  '/explanation': 2,
  '/photo_ids': 3,
  '/verifier/name': 4,
  '/verifier/position': 4,
  '/verifier/phone': 4,
  '/verified_at': 4,
};

/** The part of the form that a pointer of the API means; `/photo_ids/0` is `/photo_ids`. */
function known(pointer: string): Pointer | undefined {
  return (Object.keys(STEPS) as Pointer[]).find((field) => pointer === field || pointer.startsWith(`${field}/`));
}

export function fieldName(pointer: string): string {
  const field = known(pointer);
  return field ? t(field) : pointer;
}

export function stepOf(pointer: string): number {
  const field = known(pointer);
  return field ? STEPS[field] : 4;
}
