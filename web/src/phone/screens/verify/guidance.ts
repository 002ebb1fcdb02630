import { words } from '@shared/words/words';

/** Plain explanations beside the choices, as the campaign's training gives them. */
export const guide = words({
  secured: ['现在住的房屋是安全的', 'The house they live in now is safe'],
  unsecured: ['现在住的房屋不安全，或没有安全住房', 'The house they live in now is not safe, or there is none'],
  appraised: ['原来的房屋经鉴定或评定是安全的（A级或B级）', 'The original house was appraised or assessed safe (grade A or B)'],
  renovated: ['原来是C级、D级危房，经改造或搬迁后安全，以竣工验收为依据', 'It was a grade C or D house and was made safe by a project; what counts is its acceptance'],
  sheltered: ['住在别人或集体的安全房屋里，包括政府公租房、货币补助后租房', "Lives in someone else's safe house, also public rental or rent paid by a grant"],
  a: ['结构能满足安全使用要求', 'The structure is safe'],
  b: ['结构基本满足安全使用要求，个别构件有缺陷但不影响主体', 'Basically safe; single parts have flaws that do not matter'],
  askAppraised: ['请询问并查看：是否变危？鉴定结果可在农户家、乡镇或县住建部门查到。', 'Ask and look: has it become dangerous? The appraisal is kept at the household, the township or the county housing office.'],
  askRenovated: ['请询问并查看：是否返危？已改造的房屋选“改造安全”，不要选“鉴定安全”。', 'Ask and look: is it dangerous again? A renovated house is “renovated safe”, never “appraised safe”.'],
  askSheltered: ['请询问并查看：是否落实？写明安全房屋的地址；投亲靠友的还要写明如何落实。', 'Ask and look: is it really in place? Give the address of the safe house, and for relatives how it was arranged.'],
  askUnsecured: ['写明哪里不安全、为什么，以及目前的安排。', 'Say what is not safe, why, and what is being done.'],
  pilots: ['注意：老房未拆、老人又搬回老房居住的，不算住房安全有保障。', 'Careful: where the old house stands and the elderly moved back into it, housing is not safe.'],
});
