import { jsonStrings, type Instruction, type Stage } from '@cp-whisperx-app/nx-images/api';
import { normalName } from '@cp-whisperx-app/versions';
import { posix } from 'node:path';
import type { Subject } from './subject.ts';

/** Shell text that a RUN runs: its own, or a program of the build context that it mounts. */
export interface Shell {
  readonly file: string;
  /** Of the first line of the text. */
  readonly line: number;
  /** Without comments. Lines are kept in a program; those of a RUN are one. */
  readonly text: string;
}

/** What a RUN runs, its own text first. */
export function shellsOf(subject: Subject, stage: Stage, run: Instruction): readonly Shell[] {
  const { file } = subject.dockerfile;
  const own = [
    jsonStrings(run.args)?.join(' ') ?? run.args,
    ...run.heredocs.map(({ content }) => content),
  ].join('\n');
  const scripts = stage.mounts
    .filter(({ line, type, from }) => line === run.line && type === 'bind' && from === undefined)
    .flatMap(({ source = '', target = '' }) =>
      [...subject.scripts].filter(([path]) => {
        const inside = posix.relative(posix.join('/', source), posix.join('/', path));
        return !inside.startsWith('..') && mentions(own, posix.join(target, inside));
      }),
    )
    .map(([path, text]) => ({
      file: posix.join(subject.folder, path),
      line: 1,
      text: withoutComments(text),
    }));
  return [{ file, line: run.line, text: withoutComments(own) }, ...scripts];
}

const withoutComments = (text: string): string => text.replace(/^[ \t]*#.*$/gm, '');

/** Whether a command names a path. */
export const mentions = (text: string, path: string): boolean =>
  text.split(/[\s;&|<>()"'`=]+/).includes(path);

/** The first line of a shell text that a pattern stands in. */
export const lineIn = ({ line, text }: Shell, index: number): number =>
  line + (text.slice(0, index).match(/\n/g)?.length ?? 0);

/** Whether a shell text installs packages of the system. */
export const installsSystem = (text: string): boolean =>
  /\b(apt|apt-get|aptitude|apk|dnf|microdnf|yum|zypper)\b[^;&|\n]*\s(add|install|upgrade|dist-upgrade)\b/.test(
    joined(text),
  );

const PIP_INSTALL = /(?:\b|-m)(?:pip[\d.]*|uv\s+pip)\s+(?:-\S+\s+)*(?:install|sync)(?!\S)([^;&|\n]*)/g;

/** Whether a shell text installs packages of Python. */
export const installsPython = (text: string): boolean => joined(text).search(PIP_INSTALL) >= 0;

/** Options of pip and uv whose value is the next word. */
const WITH_VALUE =
  /^(-[rceifdtp]|--(requirement|constraint|editable|index-url|extra-index-url|default-index|index|find-links|target|python|prefix|root|cache-dir|platform|python-version|only-binary|no-binary|build-constraints?|override|timeout|retries|proxy|cert|trusted-host|link-mode))$/;

/** Names of the packages that a shell text gives to pip by name, file or repository; normalised, each once. */
export function pipPackages(text: string): readonly string[] {
  const names = [...joined(text).matchAll(PIP_INSTALL)].flatMap(([, words = '']) => {
    const list = words.trim().split(/\s+/);
    return list.flatMap((word, index) => {
      const bare = word.replace(/^["']|["']$/g, '');
      const isValue = WITH_VALUE.test(list[index - 1] ?? '') && !bare.startsWith('git+');
      const name = bare.startsWith('-') || isValue ? undefined : packageName(bare);
      return name === undefined ? [] : [normalName(name)];
    });
  });
  return [...new Set(names)];
}

const [BY_NAME, BY_FILE, BY_REPOSITORY] = [
  /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?:\[[^\]]*\])?(?:[<>=!~;@].*)?$/,
  // Source: PyPA, "Binary distribution format: file name convention", "Source distribution format".
  /(?:^|\/)([A-Za-z0-9][\w.-]*?)-\d[^/]*\.(?:whl|tar\.gz|zip)(?:#.*)?$/,
  /^git\+\w+:\/\/[^/]+\/(?:[^@#]*\/)?([^/@#]+?)(?:\.git)?(?:[@#].*)?$/,
];

/** What pip calls the package that a word of its command asks for; undefined where the word doesn't say. */
function packageName(word: string): string | undefined {
  const egg = /#(?:.*&)?egg=([\w.-]+)/.exec(word);
  const found = egg ?? BY_FILE.exec(word) ?? BY_REPOSITORY.exec(word) ?? BY_NAME.exec(word);
  return found?.[1] !== undefined && /\.(whl|txt|lock|zip|gz)$/.test(found[1]) ? undefined : found?.[1];
}

/** A line and what continues it are one, of as many characters; what is only said is blank. */
const joined = (text: string): string =>
  text.replaceAll('\\\n', '  ').replace(SAID, (said) => ' '.repeat(said.length));

const SAID = /(?<=(?:^|[;&|({\n]|\b(?:then|do|else)\s)\s*)(?:echo|printf)\s(?:"[^"]*"|'[^']*'|[^;&|\n"'])*/g;

const APT = /\b(?:apt|apt-get|aptitude)\b[^;&|\n]*\s(?:update|install|upgrade|dist-upgrade)\b/g;

/** Where a shell text asks apt for something and then leaves its lists; undefined where it leaves none. */
export function aptLists(text: string): number | undefined {
  const plain = joined(text);
  const last = [...plain.matchAll(APT)].at(-1)?.index;
  return last === undefined || removesLists(plain.slice(last)) ? undefined : last;
}

/** Whether a shell text takes apt's lists away, all of them and not only where something fails. */
export const removesLists = (text: string): boolean => REMOVALS.some((removal) => removal.test(joined(text)));

const REMOVALS = [
  String.raw`rm\s(?:[^;&|\n]*\s)?["']?/var/lib/apt(?:/lists)?`,
  String.raw`cd\s+/var/lib/apt/?\s*(?:&&|[;\n])\s*rm\s[^;&|\n]*\s(?:\./)?lists`,
  String.raw`cd\s+/var/lib/apt/lists/?\s*(?:&&|[;\n])\s*rm\s[^;&|\n]*\s(?=\*)`,
]
  .map((start) => String.raw`${start}["']?/?["']?\*?["']?(?![^\s;&|)}])`)
  .concat(String.raw`find\s+/var/lib/apt/lists/?\s(?:(?!-i?name|-path)[^;&|\n])*-delete`)
  .map((command) => new RegExp(String.raw`(?<!\|\|\s*)\b${command}`));
