import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { normalName, versionsFile, type Versions } from '@cp-whisperx-app/versions';

/** A pin that moves. */
export interface Move {
  /** As versions.txt knows it, normalised. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** The package that it moves with, where it wasn't asked for itself. */
  readonly carriedBy?: string;
}

const COMMAND = 'npx nx run versions:update';

/**
 * What is asked for with words such as `torch=2.8.0`, and what is coupled with it. Pure.
 * @throws ProblemError one problem for each word that can't be done: `not-a-move`, `unpinned`, `same-version`, `asked-twice`
 */
export function readAsked(words: readonly string[], { pins, coupled }: Versions): readonly Move[] {
  const problems: Problem[] = [];
  const refuse = (code: string, message: string, mend: string, line?: number): void => {
    problems.push({ code, message, file: line === undefined ? undefined : versionsFile, line, mend });
  };
  const moves = new Map<string, Move>();
  for (const word of words) {
    const [, spelled = '', to = ''] = /^([A-Za-z0-9][\w.-]*)=([0-9][\w.!+-]*)$/.exec(word) ?? [];
    const name = normalName(spelled);
    const pin = pins.get(name);
    const earlier = moves.get(name);
    if (name === '') refuse('not-a-move', `"${word}" is not NAME=VERSION`, `${COMMAND} ${mended(word)}`);
    else if (pin === undefined)
      refuse(
        'unpinned',
        `${name} is not pinned in ${versionsFile}`,
        `name a package that is; or pin it: a line "${name}==${to}  # why" there, then npx nx sync`,
      );
    else if (earlier !== undefined && earlier.to !== to)
      refuse(
        'asked-twice',
        earlier.carriedBy === undefined
          ? `${name} can't be both ${earlier.to} and ${to}`
          : `${name} can't be ${to}: it is coupled with ${earlier.carriedBy}, which is to be ${earlier.to}`,
        `${COMMAND} ${name}=${to}, and nothing else for it`,
        pin.line,
      );
    else if (pin.version === to)
      refuse(
        'same-version',
        `${name} is ${to} already`,
        'npx nx run versions:outdated, which tells what is newer',
        pin.line,
      );
    else {
      moves.set(name, { name, from: pin.version, to });
      for (const other of coupled.find((group) => group.includes(name)) ?? [])
        if (!moves.has(other)) moves.set(other, { name: other, from: pin.version, to, carriedBy: name });
    }
  }
  if (problems.length > 0) throw new ProblemError(...problems);
  return [...moves.values()];
}

/** The word as it was most likely meant. */
const mended = (word: string): string => {
  const [, name, version] = /^([A-Za-z0-9][\w.-]*)\s*[=~<>!@ ]+\s*([0-9][\w.!+-]*)$/.exec(word) ?? [];
  return name === undefined || version === undefined ? 'torch=2.8.0' : `${name}=${version}`;
};

/** `torch 2.7.1 → 2.8.0` */
export const moveText = ({ name, from, to }: Pick<Move, 'name' | 'from' | 'to'>): string =>
  `${name} ${from} → ${to}`;
