import { language } from './language';

/** A text in Chinese and in English; `{name}` is filled in. */
export type Pair = readonly [zh: string, en: string];

/**
 * Gives the function that finds a text by its key, in the reader's language. A key without a text, or a text in one
 * language only, doesn't compile.
 */
export function words<const Texts extends Record<string, Pair>>(texts: Texts) {
  return (key: keyof Texts & string, values?: Record<string, string | number>): string => {
    const [zh, en] = texts[key] as Pair;
    const text = language.value === 'en' ? en : zh;
    return values ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')) : text;
  };
}
