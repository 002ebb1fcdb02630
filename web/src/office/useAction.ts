import { ref, shallowRef } from 'vue';

/**
 * Something that is done when asked for, once at a time. The same key goes with every repetition until it succeeds or
 * something else is asked for, so that a lost answer does nothing twice.
 */
export function useAction<Arguments extends unknown[], Value>(act: (key: string, ...given: Arguments) => Promise<Value>) {
  const busy = ref(false);
  const failure = shallowRef<unknown>();
  let key = crypto.randomUUID();
  let asked = '';

  async function run(...given: Arguments): Promise<Value | undefined> {
    if (busy.value) {
      return undefined;
    }
    const now = JSON.stringify(given);
    if (now !== asked) {
      key = crypto.randomUUID();
      asked = now;
    }
    busy.value = true;
    failure.value = undefined;
    try {
      const value = await act(key, ...given);
      key = crypto.randomUUID();
      return value;
    } catch (cause) {
      failure.value = cause;
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { busy, failure, run };
}
