import { ref } from 'vue';

/** The initial password, as it was typed at the sign-in: in memory only, until it is replaced. */
export const firstPassword = ref('');
