import { NoAnswer, Problem } from '../api/problem';
import type { PasswordRule } from '../domain/password';
import type { IdNumberFault } from '../domain/id-number';
import { words } from './words';

const t = words({
  noAnswer: ['连接不上服务器，请检查网络后重试。', 'No answer from the server. Check the network and try again.'],
  unexpected: ['出现意外错误，请重试。', 'Something unexpected went wrong. Try again.'],
  busy: ['服务器繁忙，请稍后重试。', 'The server is busy. Try again in a moment.'],
});

/** What a failure means for the reader. The API's own words are in the reader's language already. */
export function problemText(failure: unknown): string {
  if (failure instanceof NoAnswer) {
    return t('noAnswer');
  }
  if (failure instanceof Problem) {
    const details = failure.errors.map((error) => error.detail);
    return details.join(' ') || failure.detail || failure.title || t(failure.status === 429 || failure.status === 503 ? 'busy' : 'unexpected');
  }
  return t('unexpected');
}

export const idNumberFaultWord = words({
  length: ['身份证号应为18位，残疾人证号为20位。', 'An ID number has 18 characters, or 20 with a disability certificate.'],
  characters: ['身份证号由数字组成，第18位可以是X。', 'An ID number consists of digits; its 18th character may be X.'],
  birth_date: ['身份证号中的出生日期不存在。', 'The date of birth in the ID number does not exist.'],
  check_digit: ['身份证号校验位不正确，请核对每一位。', 'The check digit of the ID number is wrong. Compare every digit.'],
  disability: ['残疾类别为1至7，等级为1至4。', 'A disability category is 1 to 7 and its level 1 to 4.'],
} as const satisfies Record<IdNumberFault, readonly [string, string]>);

export const passwordRuleWord = words({
  length: ['8至20个字符', '8 to 20 characters'],
  digit: ['包含数字', 'A digit'],
  upper: ['包含大写字母', 'An upper-case letter'],
  lower: ['包含小写字母', 'A lower-case letter'],
  symbol: ['包含符号', 'A symbol'],
  characters: ['不含空格和中文', 'No spaces, no Chinese characters'],
} as const satisfies Record<PasswordRule, readonly [string, string]>);
