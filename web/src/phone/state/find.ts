import type { Schema } from '@shared/api/operations';

type Row = Pick<Schema<'HouseholdItem'>, 'head' | 'members'>;

/** By a part of a name (head or member), or by the end of the head's ID number. */
export function matches(row: Row, wanted: string): boolean {
  const text = wanted.trim().toUpperCase();
  if (text === '') {
    return true;
  }
  if (/^[\dX]+$/.test(text)) {
    const number = row.head.id_number ?? '';
    // A disability certificate's two digits come after the ID number's own end.
    return number.endsWith(text) || number.slice(0, 18).endsWith(text);
  }
  return row.head.name.toUpperCase().includes(text) || row.members.some((name) => name.toUpperCase().includes(text));
}

/** The household's number within its village, as people call it. */
export function numberOf(id: string): string {
  return id.slice(id.indexOf('-') + 1);
}
