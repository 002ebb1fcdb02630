/** China has one time of the day, eight hours ahead of UTC, and no summer time. */
const OFFSET = 8 * 3600_000;

function inChina(moment: number): string {
  return new Date(moment + OFFSET).toISOString();
}

/** `2020-06-03`; a plain date stays what it is. */
export function chinaDate(time: string | number): string {
  return typeof time === 'string' && time.length === 10 ? time : inChina(new Date(time).getTime()).slice(0, 10);
}

/** `2020-06-03 10:22`; a plain date stays what it is. */
export function chinaMinute(time: string | number): string {
  if (typeof time === 'string' && time.length === 10) {
    return time;
  }
  return inChina(new Date(time).getTime()).slice(0, 16).replace('T', ' ');
}

/** `10:22:31` */
export function chinaClock(time: string | number): string {
  return inChina(new Date(time).getTime()).slice(11, 19);
}

/** RFC 3339 with China's offset: what is sent. */
export function chinaTimestamp(moment: number): string {
  return `${inChina(moment).slice(0, 19)}+08:00`;
}

export interface TimeLeft {
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
  /** The moment has passed; the rest is zero. */
  over: boolean;
}

/** What is left until a moment. */
export function timeLeft(until: string, now: number): TimeLeft {
  const left = Math.max(0, Math.floor((new Date(until).getTime() - now) / 1000));
  return {
    days: Math.floor(left / 86_400),
    hours: Math.floor(left / 3600) % 24,
    minutes: Math.floor(left / 60) % 60,
    seconds: left % 60,
    over: left === 0,
  };
}
