const UNITS = [
  ['day', 86_400],
  ['h', 3600],
  ['min', 60],
] as const;

/** How long ago: `just now`, `12 min`, `5 h`, `1 day`, `40 days`. @param built ISO 8601 @param now ISO 8601 */
export function age(built: string, now: string): string {
  const seconds = (Date.parse(now) - Date.parse(built)) / 1000;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${unit}${unit === 'day' && count > 1 ? 's' : ''}`;
  }
  return 'just now';
}

/** `2026-11-28 16:56`, UTC. */
export const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** What all names begin with, up to the last `/` or `-`: `rajiup/cp-whisperx-app-`; nothing where there is but one. */
export function commonPrefix(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  if (rest.length === 0) return '';
  let length = 0;
  while (length < first.length && rest.every((name) => name[length] === first[length])) length++;
  return /^.*[/-]/.exec(first.slice(0, length))?.[0] ?? '';
}

/** A share of 1 that was spared, never told as all of it: `85.7 %`. */
export const spared = (unique: number, naive: number): string =>
  naive === 0 ? '0 %' : `${(Math.floor((1 - unique / naive) * 1000) / 10).toFixed(1)} %`;
