import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * Filters that stand in the address, so that it can be shared and going back brings them again. Never for what is said
 * of people: names and numbers stay out of addresses.
 */
export function useAddress<Name extends string>(names: readonly Name[]) {
  const route = useRoute();
  const router = useRouter();

  const filters = computed(() => {
    const given: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = route.query[name];
      if (typeof value === 'string' && value !== '') {
        given[name] = value;
      }
    }
    return given;
  });

  const page = computed(() => {
    const given = Number(route.query['page']);
    return Number.isInteger(given) && given > 1 ? given : 1;
  });

  /** Puts these filters into the address, and goes to the first page. */
  function filter(given: Partial<Record<Name, string>>): Promise<unknown> {
    return router.push({ query: withoutEmpty(given) });
  }

  function showPage(to: number): void {
    void router.push({ query: { ...withoutEmpty(filters.value), ...(to > 1 && { page: String(to) }) } });
  }

  return { filters, page, filter, showPage };
}

function withoutEmpty(given: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
