import { expect, test } from 'vitest';
import { installRan } from './installs.ts';

const log = (end: string, stage = 'deps 2/2'): string =>
  `#1 [internal] load\n#1 DONE 0.0s\n#13 [${stage}] RUN --mount=type=bind sh /installer/install\n#13 1.0 Resolved\n${end}\n#130 CACHED\n`;

test.each([
  ['from the cache', log('#13 CACHED'), false],
  ['run', log('#13 DONE 12.3s'), true],
  // Fails where a step counts as cached because another one is, whose number begins alike.
  ['begun, and never said to be cached', log('#13 12.0 Installed'), true],
  ['another stage', log('#13 DONE 60.0s', 'stage-2 1/3'), false],
  ['a build whose Python layer came by itself', '#1 [internal] load\n#1 DONE 0.0s\n', false],
])('%s', (_, text, ran) => {
  expect(installRan(text)).toBe(ran);
});
