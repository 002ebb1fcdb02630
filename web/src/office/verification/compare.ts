import type { VerificationForm } from '@shared/domain/verification';

/** A field that two versions of a form say different things in; each by its pointer. */
export interface Difference {
  pointer: string;
  mine: string;
  theirs: string;
}

/** What differs between what somebody is typing and what is stored meanwhile. */
export function differences(mine: VerificationForm, theirs: VerificationForm): Difference[] {
  const [one, other] = [leaves(mine), leaves(theirs)];
  return [...one.keys()]
    .map((pointer) => ({ pointer, mine: one.get(pointer) ?? '', theirs: other.get(pointer) ?? '' }))
    .filter((field) => field.mine !== field.theirs);
}

function leaves(form: VerificationForm): Map<string, string> {
  const { verifier, correction, ...others } = form;
  return new Map([
    ...Object.entries(verifier).map(([name, value]) => [`/verifier/${name}`, value] as const),
    ...Object.entries(correction).map(([name, value]) => [`/correction/${name}`, value] as const),
    ...Object.entries(others).map(([name, value]) => [`/${name}`, value] as const),
  ]);
}
