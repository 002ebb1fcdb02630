import { reactive, watch } from 'vue';
import { account } from '../session';

/** Whose reports are searched for: kept here and sent in bodies, never in an address; forgotten when signing out. */
export const person = reactive({ name: '', id_number: '' });

watch(
  () => account.value?.id,
  () => Object.assign(person, { name: '', id_number: '' }),
);
