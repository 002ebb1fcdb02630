/** The rules for a password, in the order in which they are shown. */
export const PASSWORD_RULES = ['length', 'digit', 'upper', 'lower', 'symbol', 'characters'] as const;
export type PasswordRule = (typeof PASSWORD_RULES)[number];

const HOLDS: Record<PasswordRule, (password: string) => boolean> = {
  length: (password) => password.length >= 8 && password.length <= 20,
  digit: (password) => /\d/.test(password),
  upper: (password) => /[A-Z]/.test(password),
  lower: (password) => /[a-z]/.test(password),
  symbol: (password) => /[!-/:-@[-`{-~]/.test(password),
  characters: (password) => /^[!-~]*$/.test(password),
};

/** Which rules a password keeps. All have to be. */
export function passwordRules(password: string): { rule: PasswordRule; kept: boolean }[] {
  return PASSWORD_RULES.map((rule) => ({ rule, kept: HOLDS[rule](password) }));
}

export function isStrongPassword(password: string): boolean {
  return PASSWORD_RULES.every((rule) => HOLDS[rule](password));
}
