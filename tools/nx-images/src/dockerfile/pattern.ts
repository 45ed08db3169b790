import { refuse } from './refuse.ts';

/**
 * A shell pattern of `${X#p}`, `${X%p}`, `${X/p/r}` as the source of a regular expression: `*` and `?` are
 * wild, `\*`, `\?`, `\\`, `\}` and `\/` stand for themselves, brackets are ordinary characters.
 * @throws ProblemError on any other escape.
 */
function patternSource(pattern: readonly string[], star: string): string {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    let char = pattern[i] ?? '';
    if (char === '*') source += star;
    else if (char === '?') source += '[^\\n]';
    else {
      if (char === '\\') {
        char = pattern[++i] ?? '';
        if (!['*', '?', '\\', '}', '/'].includes(char))
          refuse('expansion', `"\\${char}" is no escape of a pattern`, 'escape only * ? \\ } and /');
      }
      source += char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    }
  }
  return source;
}

const withoutMatch = (pattern: readonly string[], value: string, longest: boolean): string =>
  value.replace(new RegExp(`^${patternSource(pattern, longest ? '[^\\n]*' : '[^\\n]*?')}`, 'u'), '');

/** `${X#p}`, and `${X##p}` when `longest`. */
export const trimPrefix = (pattern: string, value: string, longest: boolean): string =>
  withoutMatch(Array.from(pattern), value, longest);

/** `${X%p}`, and `${X%%p}` when `longest`: the same on both mirrored, so that "shortest" is from the end. */
export function trimSuffix(pattern: string, value: string, longest: boolean): string {
  const tokens = pattern.match(/\\[^]|[^]/gu) ?? [];
  return mirror(withoutMatch(Array.from(tokens.reverse().join('')), mirror(value), longest));
}

const mirror = (text: string): string => Array.from(text).reverse().join('');

/** `${X/p/r}`, and `${X//p/r}` when `all`. Nothing is special in `replacement`. */
export function replaceMatch(pattern: string, replacement: string, value: string, all: boolean): string {
  const wanted = new RegExp(patternSource(Array.from(pattern), '[^\\n]*'), all ? 'gu' : 'u');
  let end = -1;
  return value.replace(wanted, (match: string, offset: number) => {
    // Go's regexp, unlike JavaScript's, takes no empty match where the one before ended.
    if (match === '' && offset === end) return '';
    end = offset + match.length;
    return replacement;
  });
}
