import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { signIns } from '../session';

export const ROWS = 20;

/** A page as every list of the API answers it. */
export interface Page<Item> {
  items: Item[];
  total: number | null;
  total_is_at_least?: number | null;
  page?: number | null;
  pages?: number | null;
  next_cursor: string | null;
  as_of: string;
}

/** Where in a list: a page by its number, or what follows a cursor; neither is the beginning. */
export interface Position {
  page?: number;
  cursor?: string;
}

export interface ListOptions<Item> {
  ask: (position: Position, signal: AbortSignal) => Promise<Page<Item>>;
  /** What the list depends on; when it changes the list starts anew. */
  filters: () => unknown;
  /** The page that the address names, for lists that can be jumped in. */
  page?: () => number;
  /** Puts another page into the address. */
  showPage?: (page: number) => void;
}

/**
 * A list, page by page. Lists whose length is known are gone through by number, all others by cursor; the way back is
 * remembered. Of several requests at once only the last one counts.
 */
export function useList<Item>(options: ListOptions<Item>) {
  const answer = shallowRef<Page<Item>>();
  const failure = shallowRef<unknown>();
  const loading = ref(false);
  /** Cursors of the pages before this one, where it was reached by cursor. */
  const way = ref<(string | undefined)[]>([]);
  const cursor = ref<string>();
  let current: AbortController | undefined;

  async function load(position: Position): Promise<boolean> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    loading.value = true;
    try {
      const page = await options.ask(position, mine.signal);
      if (current === mine) {
        answer.value = page;
        failure.value = undefined;
      }
      return current === mine;
    } catch (cause) {
      if (current === mine) {
        failure.value = cause;
      }
      return false;
    } finally {
      if (current === mine) {
        loading.value = false;
      }
    }
  }

  const start = (): Position => {
    const page = options.page?.() ?? 1;
    return page > 1 ? { page } : {};
  };
  const reload = () => load(cursor.value === undefined ? start() : { cursor: cursor.value });

  watch(
    [() => JSON.stringify(options.filters()), () => options.page?.(), signIns],
    ([filters], [before]) => {
      way.value = [];
      cursor.value = undefined;
      if (filters !== before) {
        // Rows of other filters would mislead; those of another page only wait for their turn.
        answer.value = undefined;
      }
      void load(start());
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    const last = current;
    current = undefined;
    last?.abort();
  });

  const pages = computed(() => (options.showPage ? (answer.value?.pages ?? undefined) : undefined));
  const page = computed(() => options.page?.() ?? 1);
  const hasPrevious = computed(() => (pages.value !== undefined && cursor.value === undefined ? page.value > 1 : way.value.length > 0));
  const hasNext = computed(() => (pages.value !== undefined && cursor.value === undefined ? page.value < pages.value : Boolean(answer.value?.next_cursor)));

  /** A page of a counted list. */
  function jump(to: number) {
    options.showPage?.(Math.min(Math.max(1, to), pages.value ?? to));
  }

  async function next() {
    if (pages.value !== undefined) {
      jump(page.value + 1);
      return;
    }
    const to = answer.value?.next_cursor;
    if (to) {
      const from = cursor.value;
      if (await load({ cursor: to })) {
        way.value.push(from);
        cursor.value = to;
      }
    }
  }

  async function previous() {
    if (pages.value !== undefined) {
      jump(page.value - 1);
      return;
    }
    const to = way.value.at(-1);
    if (way.value.length > 0 && (await load(to === undefined ? start() : { cursor: to }))) {
      way.value.pop();
      cursor.value = to;
    }
  }

  return {
    items: computed(() => answer.value?.items ?? []),
    total: computed(() => answer.value?.total ?? undefined),
    totalIsAtLeast: computed(() => answer.value?.total_is_at_least ?? undefined),
    asOf: computed(() => answer.value?.as_of),
    loaded: computed(() => answer.value !== undefined),
    /** The number of the page, where it was reached by cursor counted from the start. */
    number: computed(() => (pages.value === undefined ? way.value.length + 1 : page.value)),
    pages,
    hasPrevious,
    hasNext,
    loading,
    failure,
    reload,
    jump,
    next,
    previous,
  };
}

export type List<Item> = ReturnType<typeof useList<Item>>;
