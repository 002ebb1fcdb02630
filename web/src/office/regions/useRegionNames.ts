import { shallowRef, watch } from 'vue';
import { region } from './regions';

/** The names of regions that are only known by their codes. One that isn't found stays without. */
export function useRegionNames(codes: () => readonly string[]) {
  const names = shallowRef(new Map<string, string>());
  watch(
    codes,
    async (codes) => {
      const unknown = [...new Set(codes)].filter((code) => !names.value.has(code));
      const found = await Promise.allSettled(unknown.map(region));
      const more = found.flatMap((one) => (one.status === 'fulfilled' ? [[one.value.code, one.value.name] as const] : []));
      if (more.length > 0) {
        names.value = new Map([...names.value, ...more]);
      }
    },
    { immediate: true },
  );
  return names;
}
