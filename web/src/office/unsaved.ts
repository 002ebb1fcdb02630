import { onScopeDispose, shallowRef, toValue, type MaybeRefOrGetter } from 'vue';
import type { RouteLocationNormalized } from 'vue-router';
import { words } from '@shared/words/words';

const t = words({
  leave: ['有未保存的修改，离开后将丢失。确定离开吗？', 'What you changed is not saved and would be lost. Leave?'],
});

const guarded = shallowRef<MaybeRefOrGetter<boolean>>();

addEventListener('beforeunload', (event) => {
  if (toValue(guarded.value)) {
    event.preventDefault();
  }
});

/** While `changed` holds, nobody leaves this screen without being asked. */
export function guardUnsaved(changed: MaybeRefOrGetter<boolean>): void {
  guarded.value = changed;
  onScopeDispose(() => {
    if (guarded.value === changed) {
      guarded.value = undefined;
    }
  });
}

/** Asks, where something would be lost. */
export function mayLeave(to: RouteLocationNormalized, from: RouteLocationNormalized): boolean {
  return to.path === from.path || !toValue(guarded.value) || confirm(t('leave'));
}
