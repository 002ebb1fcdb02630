import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { askOrRemember } from './app';

export interface Asked<T> {
  value: ShallowRef<T | undefined>;
  isLoading: Ref<boolean>;
  failure: ShallowRef<unknown>;
  /** It is what was kept from the last time. */
  stale: Ref<boolean>;
  again: () => Promise<void>;
}

/** Asks for something that a screen shows, at once; where nobody answers it is what was seen last. */
export function useAsked<T>(name: () => string, ask: () => Promise<T>): Asked<T> {
  const value = shallowRef<T>();
  const isLoading = ref(false);
  const failure = shallowRef<unknown>();
  const stale = ref(false);
  const again = async (): Promise<void> => {
    isLoading.value = true;
    failure.value = undefined;
    try {
      const answer = await askOrRemember(name(), ask);
      value.value = answer.value;
      stale.value = answer.stale;
    } catch (problem) {
      failure.value = problem;
    } finally {
      isLoading.value = false;
    }
  };
  void again();
  return { value, isLoading, failure, stale, again };
}
