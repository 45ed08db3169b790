import { expect, test } from 'vitest';
import { formatProblem, ProblemError, type Problem } from './problem.ts';

const PROBLEM: Problem = { code: 'no-x', message: 'there is no x', mend: 'make x' };

test.each<[place: Partial<Problem>, text: string]>([
  [{}, 'there is no x (no-x)\n  mend: make x'],
  [{ file: 'a/b' }, 'a/b: there is no x (no-x)\n  mend: make x'],
  [{ file: 'a/b', line: 7 }, 'a/b:7: there is no x (no-x)\n  mend: make x'],
  [{ line: 7 }, 'there is no x (no-x)\n  mend: make x'],
])('a problem at %j', (place, text) => {
  expect(formatProblem({ ...PROBLEM, ...place })).toBe(text);
});

test('the code ends the first line of a long message, not its last', () => {
  const long = { ...PROBLEM, message: 'a step failed\n    its output' };
  expect(formatProblem(long)).toBe('a step failed (no-x)\n    its output\n  mend: make x');
});

test('an error says all its problems, in their order', () => {
  const problems = [PROBLEM, { ...PROBLEM, code: 'no-y', file: 'y' }];
  const error = new ProblemError(...problems);
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('ProblemError');
  expect(error.problems).toEqual(problems);
  expect(error.message).toBe(problems.map(formatProblem).join('\n'));
});
