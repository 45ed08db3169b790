import { heredocWord } from './heredoc.ts';
import { refuse } from './refuse.ts';
import { jsonStrings, splitFields, splitWords } from './words.ts';

/** The base of a FROM, unexpanded, and the stage's name in lower case. */
export function fromArguments(args: string): { base: string; name?: string } {
  const [base = '', as = '', name = '', ...more] = splitFields(args);
  if (base === '' || more.length > 0 || (as !== '' && (as.toLowerCase() !== 'as' || name === '')))
    refuse(
      'arguments',
      'FROM takes an image, or an image and a name',
      'write FROM image or FROM image AS name',
    );
  if (as === '') return { base };
  const lower = name.toLowerCase();
  if (!/^[a-z][a-z0-9-_.]*$/.test(lower))
    refuse(
      'stage-name',
      `"${name}" is no name for a stage`,
      'start with a letter, then letters, digits, - _ .',
    );
  return { base, name: lower };
}

/** Names of an ARG with their unexpanded defaults: `ARG A B=2`. */
export function argArguments(args: string, escape: string): readonly { name: string; default?: string }[] {
  const words = splitWords(args, escape);
  if (words.length === 0) refuse('arguments', 'ARG needs a name', 'write ARG NAME or ARG NAME=default');
  return words.map((word) => {
    if (!word.includes('=')) return { name: word };
    const [name, value] = cut(word);
    return { name, default: value };
  });
}

/** Unexpanded pairs of ENV and LABEL, in the form `A=1 B=2` and in the old one, `A 1`. */
export function pairArguments(args: string, escape: string): readonly (readonly [string, string])[] {
  const words = splitWords(args, escape);
  if (words[0]?.includes('=') === true) return words.map(cut);
  const [, name, value] = /^([^\t\v\f\r ]+)[\t\v\f\r ]+([^]*)$/.exec(args) ?? [];
  if (name === undefined || value === undefined)
    return refuse('arguments', 'a name needs a value', 'write NAME=value');
  return [[name, value]];
}

function cut(word: string): readonly [string, string] {
  const equals = word.indexOf('=');
  if (equals < 0) refuse('arguments', `"${word}" lacks a "="`, 'write every pair as NAME=value');
  if (equals === 0) refuse('arguments', `"${word}" lacks a name`, 'write every pair as NAME=value');
  return [word.slice(0, equals), word.slice(equals + 1)];
}

/** Unexpanded paths of COPY and ADD; the words of heredocs are no paths. */
export function pathArguments(args: string): { sources: readonly string[]; destination: string } {
  const paths = jsonStrings(args) ?? splitFields(args);
  const destination = paths.at(-1);
  if (destination === undefined || paths.length < 2)
    return refuse('arguments', 'a source and a destination are needed', 'write COPY source destination');
  if (heredocWord(destination) !== undefined)
    refuse('heredoc', 'a heredoc can be a source, not the destination', 'write COPY <<EOF /path');
  return { sources: paths.slice(0, -1).filter((path) => heredocWord(path) === undefined), destination };
}

/** @throws ProblemError for a HEALTHCHECK that is neither NONE nor CMD with a command */
export function checkHealthcheck(args: string): void {
  const [, type = '', command = ''] = /^(\S*)\s*([^]*)$/.exec(args) ?? [];
  const given = jsonStrings(command)?.length !== 0 && command !== '';
  const legal = type.toUpperCase() === (given ? 'CMD' : 'NONE');
  if (!legal)
    refuse('arguments', 'HEALTHCHECK is NONE, or CMD with a command', 'write HEALTHCHECK CMD command');
}
