import { replaceMatch, trimPrefix, trimSuffix } from './pattern.ts';
import { refuse } from './refuse.ts';

/** How text is read; without options as BuildKit expands a word. */
interface LexOptions {
  /** `\` or the backtick of the escape directive. */
  readonly escape: string;
  /** Quotes and escapes stay in what comes out. */
  readonly raw?: boolean;
  /** `$X` without a value stays as it is. */
  readonly keepUnset?: boolean;
}

interface Lexed {
  readonly text: string;
  /** The text split at unquoted white space. */
  readonly words: readonly string[];
}

const SPACE = /\p{White_Space}/u;
const NAME = /^(\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*)/u;

/**
 * Reads quotes, escapes and `$` as BuildKit does (frontend/dockerfile/shell/lex.go).
 * @throws ProblemError without a place: unclosed quote or brace, unknown modifier, `${X:?message}`.
 */
export function lex(source: string, env: ReadonlyMap<string, string>, options: LexOptions): Lexed {
  const { escape, raw = false, keepUnset = false } = options;
  const chars = Array.from(source);
  let next = 0;

  /** Up to `stop` (eaten, not given), or to the end where there is none. */
  function readUntil(stop: string | undefined, rawEscapes: boolean): Lexed {
    const words: string[] = [];
    let text = '';
    let word = '';
    const add = (piece: string, splits: boolean): void => {
      text += piece;
      if (!splits) word += piece;
      else
        for (const char of piece) {
          if (!SPACE.test(char)) word += char;
          else if (word !== '') {
            words.push(word);
            word = '';
          }
        }
    };
    for (let char = chars[next]; char !== stop; char = chars[next]) {
      if (char === undefined)
        return refuse('expansion', `"${source}" lacks a "${stop ?? ''}"`, 'close the ${');
      next++;
      if (char === "'") add(singleQuoted(), false);
      else if (char === '"') add(doubleQuoted(rawEscapes), false);
      else if (char === '$') add(dollar(), true);
      else if (char === '<') add(angle(), false);
      else if (char === escape) add((rawEscapes ? char : '') + (chars[next++] ?? ''), false);
      else add(char, true);
    }
    next++;
    return { text, words: word === '' ? words : [...words, word] };
  }

  const quoted = (text: string, quote: string): string => (raw ? quote + text + quote : text);
  const unclosed = (quote: string): never =>
    refuse('quote', `"${source}" lacks a closing ${quote}`, `add the ${quote}`);

  function singleQuoted(): string {
    const end = chars.indexOf("'", next);
    if (end < 0) return unclosed("'");
    const text = chars.slice(next, end).join('');
    next = end + 1;
    return quoted(text, "'");
  }

  function doubleQuoted(rawEscapes: boolean): string {
    let text = '';
    for (let char = chars[next++]; char !== '"'; char = chars[next++]) {
      if (char === undefined) return unclosed('"');
      if (char === '$') text += dollar();
      else if (char !== escape) text += char;
      else {
        if (rawEscapes) text += char;
        const after = chars[next];
        if (after === '"' || after === '$' || after === escape) text += chars[next++] ?? '';
        else if (after !== undefined) text += char;
      }
    }
    return quoted(text, '"');
  }

  /** White space after `<<` belongs to the heredoc's word. */
  function angle(): string {
    if (chars[next] !== '<') return '<';
    const start = next++;
    while (/^[\t\r ]$/.test(chars[next] ?? '')) next++;
    return '<' + chars.slice(start, next).join('');
  }

  function name(): string {
    const found = NAME.exec(chars.slice(next).join(''))?.[0] ?? '';
    next += Array.from(found).length;
    return found;
  }

  function dollar(): string {
    if (chars[next] !== '{') {
      const variable = name();
      if (variable === '') return '$';
      return env.get(variable) ?? (keepUnset ? `$${variable}` : '');
    }
    next++;
    const variable = name();
    const modifier = chars[next++];
    if (variable === '' && (modifier === undefined || '{}:'.includes(modifier)))
      return refuse('expansion', `"${source}" holds a bad substitution`, 'write ${NAME}');
    const value = env.get(variable);
    if (modifier === '}') return value ?? (keepUnset ? `\${${variable}}` : '');
    if (modifier === '/') return substitution(variable, value);
    return modified(variable, value, modifier ?? '');
  }

  function modified(variable: string, value: string | undefined, first: string): string {
    const colon = first === ':';
    const kind = colon ? (chars[next++] ?? '') : first;
    const trims = kind === '#' || kind === '%';
    if (kind === '' || !'+-?#%'.includes(kind) || (colon && trims))
      return refuse(
        'expansion',
        `"${source}" has an unsupported modifier (${colon ? ':' : ''}${kind})`,
        MODIFIERS,
      );
    const { text: word } = readUntil('}', trims);
    if (value === undefined && keepUnset) return `\${${variable}${colon ? ':' : ''}${kind}${word}}`;
    const usable = value !== undefined && !(colon && value === '');
    if (kind === '-') return usable ? value : word;
    if (kind === '+') return usable ? word : '';
    if (kind === '?') return usable ? value : missing(variable, value, word);
    const longest = word.startsWith(kind);
    return (kind === '#' ? trimPrefix : trimSuffix)(longest ? word.slice(1) : word, value ?? '', longest);
  }

  function substitution(variable: string, value: string | undefined): string {
    const all = chars[next] === '/';
    if (all) next++;
    const { text: pattern } = readUntil('/', true);
    const { text: replacement } = readUntil('}', true);
    if (value === undefined && keepUnset) return `\${${variable}/${pattern}/${replacement}}`;
    return replaceMatch(pattern, replacement, value ?? '', all);
  }

  return readUntil(undefined, raw);
}

const MODIFIERS = 'use one of - + ? :- :+ :? # ## % %% / //';

function missing(variable: string, value: string | undefined, message: string): never {
  const reason = message || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`;
  return refuse('variable-unset', `${variable}: ${reason}`, `give it: --build-arg ${variable}=…`);
}

/**
 * One word with its variables replaced and its quotes and escapes taken away.
 * @param escape `\`, or the backtick where the file's escape directive says so
 * @throws ProblemError without file and line, for what BuildKit refuses
 */
export const expand = (word: string, env: ReadonlyMap<string, string>, escape = '\\'): string =>
  lex(word, env, { escape }).text;
