import { onScopeDispose, watch } from 'vue';

/** Does `work` every so many milliseconds for as long as `isNeeded`. The next time is counted from the end of the last. */
export function usePolling(isNeeded: () => boolean, work: () => Promise<unknown>, every = 2000): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await work();
      if (!isOver && isNeeded()) {
        wait();
      }
    }, every);
  }

  watch(isNeeded, (needed) => (needed ? wait() : clearTimeout(timer)), { immediate: true });
  onScopeDispose(() => {
    isOver = true;
    clearTimeout(timer);
  });
}
