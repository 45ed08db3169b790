import { expect, test } from 'vitest';
import { failedIn } from './run-nx.ts';

const end = (...lines: string[]): string =>
  ['> nx run asr:docker-test', '- not-a-task:one', ...lines, ''].join('\n');

test.each([
  [
    'named',
    end('Failed tasks:', '', '- asr:docker-test', '- pre-ner:docker-build'),
    ['asr:docker-test', 'pre-ner:docker-build'],
  ],
  // Fails where colours stand between the mark and the name, as they do in a terminal.
  [
    'in colour',
    end('\u001b[2mFailed tasks:\u001b[22m', '\u001b[2m-\u001b[22m pre-ner:docker-test'),
    ['pre-ner:docker-test'],
  ],
  ['not named', end('Nx could not start'), ['nx']],
])('failed tasks, %s', (_, output, failed) => {
  expect(failedIn(output)).toEqual(failed);
});
