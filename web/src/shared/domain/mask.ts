const STARS = '*****';

/** First 6 and last 4 with 5 stars; a 20-digit number as its first 18. What isn't a number shows nothing of itself. */
export function maskIdNumber(number: string): string {
  const shown = number.slice(0, 18);
  return shown.length < 15 ? unreadable(number) : `${shown.slice(0, 6)}${STARS}${shown.slice(-4)}`;
}

/** First 3 and last 4 with 5 stars. */
export function maskPhone(phone: string): string {
  return phone.length === 11 ? `${phone.slice(0, 3)}${STARS}${phone.slice(7)}` : unreadable(phone);
}

/** All but the first character. */
export function maskName(name: string): string {
  return Array.from(name).map((character, index) => (index === 0 ? character : '*')).join('');
}

function unreadable(value: string): string {
  return value === '' ? '' : STARS;
}
