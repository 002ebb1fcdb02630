/** Full-width forms of ASCII characters, as Chinese keyboards type them, as ASCII. */
export function toAsciiWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e\u3000]/g, (character) =>
    character === '\u3000' ? ' ' : String.fromCharCode(character.charCodeAt(0) - 0xfee0),
  );
}

/** Characters as the API counts them. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The longest name and position. */
export const NAME_LENGTH = 50;
/** The longest note, explanation, reason or opinion. */
export const NOTE_LENGTH = 1000;
