/** Rates are rounded to two decimals, but 100.00 only when all are. */
export function percent(part: number, whole: number): string {
  if (whole === 0) {
    return '0.00%';
  }
  const rounded = (Math.round((part * 10_000) / whole) / 100).toFixed(2);
  return `${rounded === '100.00' && part < whole ? '99.99' : rounded}%`;
}

/** `23,415,247` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
