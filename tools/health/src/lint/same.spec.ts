import { expect, test } from 'vitest';
import { withoutRepeats } from './same.ts';

test.each<[what: string, found: readonly string[], told: readonly string[]]>([
  [
    'three linters of one secret',
    ['a:2 hadolint:DL3064', 'a:2 secret-in-arg-or-env', 'a:2 buildkit:SecretsUsedInArgOrEnv'],
    ['a:2 secret-in-arg-or-env'],
  ],
  [
    'two of them, ours not',
    ['a:2 hadolint:DL3064', 'a:2 buildkit:SecretsUsedInArgOrEnv'],
    ['a:2 buildkit:SecretsUsedInArgOrEnv'],
  ],
  ['one alone', ['a:2 hadolint:DL3064'], ['a:2 hadolint:DL3064']],
  [
    'at another line',
    ['a:2 secret-in-arg-or-env', 'a:3 hadolint:DL3064'],
    ['a:2 secret-in-arg-or-env', 'a:3 hadolint:DL3064'],
  ],
  [
    'in another file',
    ['a:2 secret-in-arg-or-env', 'b:2 hadolint:DL3064'],
    ['a:2 secret-in-arg-or-env', 'b:2 hadolint:DL3064'],
  ],
  [
    'of something else at the same line',
    ['a:2 secret-in-arg-or-env', 'a:2 hadolint:DL3009', 'a:2 hadolint:DL9999'],
    ['a:2 secret-in-arg-or-env', 'a:2 hadolint:DL3009', 'a:2 hadolint:DL9999'],
  ],
  [
    'two of one linter where another finds one of them',
    ['a:2 secret-in-arg-or-env', 'a:2 hadolint:DL3064', 'a:2 hadolint:DL3064'],
    ['a:2 secret-in-arg-or-env', 'a:2 hadolint:DL3064'],
  ],
  [
    'two of one rule',
    ['a:2 secret-in-arg-or-env', 'a:2 secret-in-arg-or-env'],
    ['a:2 secret-in-arg-or-env', 'a:2 secret-in-arg-or-env'],
  ],
])('%s', (_what, found, told) => {
  const findings = found.map((text) => {
    const [, file = '', line = '', code = ''] = /^(\w+):(\d+) (.*)$/.exec(text) ?? [];
    return { code, file, line: Number(line), message: '', reason: '', mend: '' };
  });
  expect(withoutRepeats(findings).map(({ code, file, line }) => `${file}:${line} ${code}`)).toEqual(told);
});
