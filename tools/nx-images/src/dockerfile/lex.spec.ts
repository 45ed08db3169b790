import { ProblemError } from '@cp-whisperx-app/problem';
import { expect, test } from 'vitest';
import { expand } from './lex.ts';
import { ENV, WORDS } from './testing/words.ts';

const env = new Map(Object.entries(ENV));

test.each(WORDS)('%s → %s', (word, expanded) => {
  expect(expand(word, env)).toBe(expanded);
});

test.each([
  ['`$X', '$X'],
  ['C:\\$X', 'C:\\x'],
  ['"`"$X`""', '"x"'],
  ['${V%`.*}', 'v3.11.9-rc1'],
])('with the backtick as escape, %s → %s', (word, expanded) => {
  expect(expand(word, env, '`')).toBe(expanded);
});

test.each([
  ['${X', /unsupported modifier/],
  ['${X:-a', /lacks a "}"/],
  ['${}', /bad substitution/],
  ['${:-a}', /bad substitution/],
  ['${{X}}', /bad substitution/],
  ['${X:=a}', /unsupported modifier \(:=\)/],
  ['${X:#a}', /unsupported modifier \(:#\)/],
  ['${X/a}', /lacks a "\/"/],
  ['${X#\\a}', /no escape of a pattern/],
  ['${NONE:?give it}', /NONE: give it/],
  ['${NONE?}', /NONE: is not allowed to be unset/],
  ['${E:?}', /E: is not allowed to be empty/],
  ["a'b", /lacks a closing '/],
  ['"a', /lacks a closing "/],
])('%s is refused', (word, message) => {
  expect(() => expand(word, env)).toThrow(ProblemError);
  expect(() => expand(word, env)).toThrow(message);
});
