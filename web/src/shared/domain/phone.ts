import { toAsciiWidth } from './text';

/** The 11 digits of a mainland mobile number, however it was typed; nothing if it is none. */
export function readPhone(typed: string): string | undefined {
  const digits = toAsciiWidth(typed)
    .replace(/[ -]/g, '')
    .replace(/^\+86/, '');
  return /^1[3-9]\d{9}$/.test(digits) ? digits : undefined;
}
