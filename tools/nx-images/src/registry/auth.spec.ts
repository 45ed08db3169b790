import { expect, test } from 'vitest';
import { mergeScopes, parseChallenges } from './auth.ts';

test.each([
  ['Basic realm="x"', [{ scheme: 'basic', params: { realm: 'x' } }]],
  [
    'Bearer realm="https://auth.example/token",service="r",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        params: { realm: 'https://auth.example/token', service: 'r', scope: 'repository:a/b:pull,push' },
      },
    ],
  ],
  [
    'Negotiate, BASIC Realm = "a, b", bearer realm=plain , error="say \\"x\\""',
    [
      { scheme: 'negotiate', params: {} },
      { scheme: 'basic', params: { realm: 'a, b' } },
      { scheme: 'bearer', params: { realm: 'plain', error: 'say "x"' } },
    ],
  ],
  ['', []],
  ['Bearer realm="never closed', [{ scheme: 'bearer', params: {} }]],
])('the challenge %s', (text, challenges) => {
  expect(parseChallenges(text).slice(0, challenges.length || 1)).toEqual(challenges);
});

test('scopes of one resource become one', () => {
  const scopes = ['repository:h:1/a:push,pull', 'repository:b:pull', '', 'repository:h:1/a:pull,delete'];
  expect(mergeScopes(scopes)).toEqual(['repository:h:1/a:delete,pull,push', 'repository:b:pull']);
});
