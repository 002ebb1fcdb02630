import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { signIns } from './session';

export interface Loading<Value> {
  value: ShallowRef<Value | undefined>;
  failure: ShallowRef<unknown>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/**
 * Loads when the component begins, when what `when` gives changes, and after signing in again. Of several loads at once
 * only the last one counts. What was there stays while something new is loaded.
 */
export function useLoad<Value>(ask: (signal: AbortSignal) => Promise<Value>, when: () => unknown = () => undefined): Loading<Value> {
  const value = shallowRef<Value>();
  const failure = shallowRef<unknown>();
  const loading = ref(false);
  let current: AbortController | undefined;

  async function reload() {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    loading.value = true;
    try {
      const answer = await ask(mine.signal);
      if (current === mine) {
        value.value = answer;
        failure.value = undefined;
      }
    } catch (cause) {
      if (current === mine) {
        failure.value = cause;
      }
    } finally {
      if (current === mine) {
        loading.value = false;
      }
    }
  }

  watch([when, signIns], reload, { immediate: true });
  onScopeDispose(() => {
    const last = current;
    current = undefined;
    last?.abort();
  });
  return { value, failure, loading, reload };
}
