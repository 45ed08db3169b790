import { refuse } from './refuse.ts';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** `true` for a switch without a value. */
  readonly value: string;
}

type Kind = 'switch' | 'one' | 'many';

const COPY = { chown: 'one', chmod: 'one', link: 'switch', exclude: 'many' } as const;

/** The flags of each instruction, as of Dockerfile syntax 1.20; an older BuildKit refuses the newer ones. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  FROM: { platform: 'one' },
  COPY: { ...COPY, from: 'one', parents: 'switch' },
  ADD: { ...COPY, checksum: 'one', 'keep-git-dir': 'switch', unpack: 'switch' },
  RUN: { mount: 'many', network: 'one', security: 'one', device: 'many' },
  HEALTHCHECK: {
    interval: 'one',
    timeout: 'one',
    'start-period': 'one',
    'start-interval': 'one',
    retries: 'one',
  },
};

/**
 * Splits what follows a keyword into its `--flags` and the rest. Quotes and escapes of flags are taken away;
 * `--` alone ends them.
 */
export function splitFlags(rest: string, escape: string): { words: readonly string[]; args: string } {
  const words: string[] = [];
  let left = rest.trimStart();
  while (left.startsWith('--')) {
    const { word, length } = firstWord(left, escape);
    left = left.slice(length).trimStart();
    if (word === '--') break;
    words.push(word);
  }
  return { words, args: left.trim() };
}

function firstWord(text: string, escape: string): { word: string; length: number } {
  let word = '';
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (quote === undefined && /\s/.test(char)) return { word, length: i };
    if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) quote = char;
    else word += char === escape ? (text[++i] ?? '') : char;
  }
  return { word, length: text.length };
}

/**
 * Reads flags by the rules of `keyword`.
 * @throws ProblemError for an unknown flag, a flag twice, a missing or wrong value
 */
export function readFlags(keyword: string, words: readonly string[]): readonly Flag[] {
  const flags: Flag[] = [];
  for (const word of words) {
    const [, name = '', value] = /^--([^=]*)(?:=([^]*))?$/.exec(word) ?? [];
    // BuildKit looks at no flag of these two.
    if (keyword === 'ARG' || keyword === 'STOPSIGNAL') continue;
    const kind = FLAGS[keyword]?.[name];
    if (kind === undefined)
      return refuse('flag', `${keyword} has no flag --${name}`, `use one of ${known(keyword)}`);
    if (kind !== 'many' && flags.some((flag) => flag.name === name))
      refuse('flag', `--${name} is given twice`, 'keep one of them');
    flags.push({ name, value: kind === 'switch' ? switchValue(name, value) : needed(name, value) });
  }
  return flags;
}

const known = (keyword: string): string =>
  Object.keys(FLAGS[keyword] ?? {})
    .map((name) => `--${name}`)
    .join(', ') || 'none';

const needed = (name: string, value: string | undefined): string =>
  value ?? refuse('flag', `--${name} lacks its value`, `write --${name}=…`);

function switchValue(name: string, value: string | undefined): string {
  const wanted = (value ?? 'true').toLowerCase();
  if (wanted !== 'true' && wanted !== 'false')
    refuse('flag', `--${name} is true or false, not "${value ?? ''}"`, `write --${name} alone`);
  return wanted;
}
