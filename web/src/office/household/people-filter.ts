import { reactive, watch } from 'vue';
import { account } from '../session';

/**
 * Names and numbers that were searched for. They are kept here and sent in the body of a request, never in an address,
 * where they would stay in the browser's history. Going back to the list finds them again; signing out forgets them.
 */
export const people = reactive({ head_name: '', head_id: '', member_name: '', member_id: '' });
export type PeopleFilter = typeof people;

export const NOBODY: PeopleFilter = { head_name: '', head_id: '', member_name: '', member_id: '' };

watch(
  () => account.value?.id,
  () => Object.assign(people, NOBODY),
);
