import { lex } from './lex.ts';
import { refuse } from './refuse.ts';

/** One `<<NAME … NAME`. */
export interface Heredoc {
  readonly name: string;
  /** False where the name was quoted: `<<"EOF"` keeps `$` as it is. */
  readonly expand: boolean;
  /** Leading tabs are dropped, as by `<<-EOF`. */
  readonly chomp: boolean;
  /** The lines between, with their line ends. */
  readonly content: string;
}

/** Gives the next line of the file with its line end, undefined after the last. */
export type TakeLine = () => string | undefined;

type HeredocWord = Omit<Heredoc, 'content'>;

/** Reads a word such as `<<EOF`, `3<<-"EOF"`; undefined when it is none. */
export function heredocWord(word: string): HeredocWord | undefined {
  const [, chomp, rest] = /^\d*<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word) ?? [];
  if (chomp === undefined || rest === undefined || rest === '') return undefined;
  const [name, second] = wordsOf(rest, false);
  if (name === undefined || second !== undefined) return undefined;
  const [rawName = ''] = wordsOf(rest, true);
  return { name, chomp: chomp === '-', expand: quotes(name) === quotes(rawName) };
}

const quotes = (text: string): number => text.replace(/[^'"]/g, '').length;

/** The heredocs that a line of RUN, COPY or ADD opens. */
export const heredocsOf = (line: string): readonly HeredocWord[] =>
  line.includes('<<')
    ? wordsOf(line, true)
        .map(heredocWord)
        .filter((heredoc) => heredoc !== undefined)
    : [];

/** As BuildKit: always with `\\` as escape, and a line with an unclosed quote opens no heredoc. */
function wordsOf(text: string, raw: boolean): readonly string[] {
  try {
    return lex(text, new Map(), { escape: '\\', raw, keepUnset: true }).words;
  } catch {
    return [];
  }
}

/**
 * Takes the lines of a heredoc, up to the one that is its name.
 * @throws ProblemError without a place when the name doesn't come
 */
export function takeHeredoc(word: HeredocWord, take: TakeLine): Heredoc {
  let content = '';
  for (let line = take(); line !== undefined; line = take()) {
    const text = word.chomp ? line.replace(/^\t+/, '') : line;
    if (text.replace(/[\r\n]+$/, '') === word.name) return { ...word, content };
    content += text;
  }
  return refuse(
    'heredoc',
    `the heredoc "${word.name}" has no end`,
    `add a line that holds ${word.name} alone`,
  );
}
