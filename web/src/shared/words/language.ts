import { ref } from 'vue';

export type Language = 'zh-CN' | 'en';

const KEPT_AS = 'anju-language';

/** What the reader chose, else Chinese: an officer's phone may be set to anything. */
export const language = ref<Language>(kept() === 'en' ? 'en' : 'zh-CN');

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(KEPT_AS, chosen);
  } catch {
    // Private windows refuse; then the choice lasts as long as the page.
  }
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}
