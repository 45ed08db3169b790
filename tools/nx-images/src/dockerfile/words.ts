import { refuse } from './refuse.ts';

/** The words of ARG, ENV and LABEL: split at white space, quotes and escapes still in them. */
export function splitWords(text: string, escape: string): readonly string[] {
  const words: string[] = [];
  const chars = Array.from(text);
  let word = '';
  let quote: string | undefined;
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? '';
    if (quote === undefined && /\p{White_Space}/u.test(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else if (char === escape && quote !== "'") {
      if (i + 1 < chars.length) word += char + (chars[++i] ?? '');
    } else {
      if (quote === undefined && (char === "'" || char === '"')) quote = char;
      else if (char === quote) quote = undefined;
      word += char;
    }
  }
  return word === '' ? words : [...words, word];
}

/** The words of FROM, COPY, EXPOSE…: split at ASCII white space, nothing quotes. */
export const splitFields = (text: string): readonly string[] =>
  text === '' ? [] : text.split(/[\t\v\f\r ]+/);

/**
 * The strings of a JSON array, or undefined when `text` is none and so is read in its other form.
 * @throws ProblemError on an array of anything but strings
 */
export function jsonStrings(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isStrings(value))
    return refuse('json-form', 'the JSON form takes strings only', 'put every argument in double quotes');
  return value;
}

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
