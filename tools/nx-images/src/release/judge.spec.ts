import { expect, test } from 'vitest';
import { freedBytes, judge, judgeEntry, type Stored } from './judge.ts';

const KEY = 'key-aaaaaaaaaaaa';
const OTHER = 'key-bbbbbbbbbbbb';
const LOCK = 'lock-cccccccccccc';

const stored = (tags: readonly string[], change: Partial<Stored> = {}): Stored => ({
  repository: 'o/app',
  digest: 'sha256:1',
  tags,
  blobs: [],
  ...change,
});

test.each<
  [
    tags: readonly string[],
    needed: readonly string[],
    digest: readonly string[],
    keep: readonly string[],
    remove: boolean,
    why: string,
  ]
>([
  [[KEY], [], [], [], true, 'no tree, branch or release needs it'],
  [[LOCK], [], [], [], true, 'no tree, branch or release needs it'],
  [['copy-dddddddddddd'], [], [], [], true, 'no tree, branch or release needs it'],
  [[KEY, 'unverified'], [], [], [], true, 'no tree, branch or release needs it'],
  [[KEY, OTHER], [], [], [], true, 'no tree, branch or release needs it'],
  [[KEY], [KEY], [], [], false, 'main'],
  [[LOCK], [LOCK], [], [], false, 'main'],
  [[KEY, OTHER], [OTHER], [], [], false, 'main'],
  [[KEY, 'cuda'], [], [], [], false, 'its name cuda'],
  [[KEY, 'key-of-mine'], [], [], [], false, 'its name key-of-mine'],
  [[KEY, 'unverified'], [], ['v1'], [], false, 'v1'],
  [[KEY], [KEY], ['v1'], [], false, 'v1, main'],
  [[KEY], [], [], [KEY], false, '--keep'],
  [['unverified'], [], [], [], false, 'it may be just being published'],
])(
  '%j, where %j and the digest by %j are needed, and %j is wished for: goes %s',
  (tags, needed, digest, keep, remove, why) => {
    const verdict = judge(stored(tags), {
      tag: (tag) => (needed.includes(tag) ? ['main'] : []),
      digest,
      keep,
    });
    expect(verdict).toMatchObject({ remove, why });
  },
);

const NOW = Date.parse('2026-11-25T00:00:00Z');

test.each<[created: string | undefined, tags: readonly string[], remove: boolean]>([
  ['2026-10-25T00:00:00Z', ['nx-1'], true],
  ['2026-10-26T00:00:00Z', ['nx-1'], false],
  ['2026-11-24T00:00:00Z', ['nx-1'], false],
  ['2026-10-25T00:00:00Z', ['nx-1', 'mine'], false],
  ['long ago', ['nx-1'], false],
  [undefined, ['nx-1'], false],
])('an entry made %s as %j, 30 days allowed: goes %s', (created, tags, remove) => {
  expect(judgeEntry(stored(tags, { created }), 30, NOW).remove).toBe(remove);
});

test('only bytes that nothing else has become free, each once', () => {
  const blob = (digest: string, size: number) => ({ digest, size });
  const one = stored([KEY], { blobs: [blob('a', 1), blob('b', 10)] });
  const two = stored([OTHER], { blobs: [blob('b', 10), blob('c', 100)] });
  const three = stored([LOCK], { blobs: [blob('a', 1)] });
  const verdict = (stored: Stored, remove: boolean) => ({ stored, remove, why: '' });
  expect(freedBytes([verdict(one, true), verdict(two, true), verdict(three, false)])).toBe(110);
});
