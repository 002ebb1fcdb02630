import { toAsciiWidth } from './text';

export type IdNumberFault = 'length' | 'characters' | 'birth_date' | 'check_digit' | 'disability';

/** Either the number as the register holds it, upper case, or what is wrong with it. */
export type ReadIdNumber = { value: string } | { fault: IdNumberFault };

/**
 * An ID number as an officer may type it: the 18 characters of GB 11643, or 20 with the category (1 to 7) and level
 * (1 to 4) of a disability certificate. Area codes aren't looked up: numbers keep those of abolished counties.
 */
export function readIdNumber(typed: string): ReadIdNumber {
  const value = toAsciiWidth(typed.trim()).toUpperCase();
  if (value.length !== 18 && value.length !== 20) {
    return { fault: 'length' };
  }
  if (!/^[1-9]\d{16}[\dX](\d\d)?$/.test(value)) {
    return { fault: 'characters' };
  }
  if (!isDate(value.slice(6, 14))) {
    return { fault: 'birth_date' };
  }
  if (checkCharacter(value) !== value[17]) {
    return { fault: 'check_digit' };
  }
  if (value.length === 20 && !/^[1-7][1-4]$/.test(value.slice(18))) {
    return { fault: 'disability' };
  }
  return { value };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** The check character (ISO 7064 MOD 11-2) of the first 17 digits. */
export function checkCharacter(number: string): string {
  const sum = WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(number[index]), 0);
  return '10X98765432'.charAt(sum % 11);
}

function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1850 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
