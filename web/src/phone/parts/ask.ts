import { shallowRef } from 'vue';

export interface Question {
  title: string;
  text: string;
  yes: string;
  no: string;
  /** Yes destroys something. */
  danger?: boolean;
}

export const question = shallowRef<Question>();
let settle: (yes: boolean) => void = () => undefined;

/** Asks before something that can't be taken back. */
export function ask(asked: Question): Promise<boolean> {
  if (typeof HTMLDialogElement === 'undefined') {
    return Promise.resolve(window.confirm(`${asked.title}\n\n${asked.text}`)); // iOS before 15.4
  }
  question.value = asked;
  return new Promise((resolve) => {
    settle = resolve;
  });
}

export function answer(yes: boolean): void {
  question.value = undefined;
  settle(yes);
}
