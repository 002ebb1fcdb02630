/** A table as CSV that spreadsheets read: with a byte order mark, and no cell that they would take for a formula. */
export function csv(rows: readonly (readonly string[])[]): Blob {
  const text = rows.map((row) => row.map(cell).join(',')).join('\r\n');
  return new Blob([`\uFEFF${text}\r\n`], { type: 'text/csv;charset=utf-8' });
}

function cell(text: string): string {
  // Tabs keep long codes from becoming numbers; an apostrophe takes the power from a formula.
  const safe = /^\d{11,}$/.test(text) ? `\t${text}` : /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
