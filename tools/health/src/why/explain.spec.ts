import type { KeyInputs } from '@cp-whisperx-app/nx-images/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain } from './explain.ts';
import { FOLDERS, hash, inputs } from './testing/inputs.ts';

const A = hash('a');
const B = hash('b');
const [a, b] = [A.slice(0, 12), B.slice(0, 12)];

test.each<[what: string, was: Partial<KeyInputs>, now: Partial<KeyInputs>, moves: object[]]>([
  ['nothing', {}, {}, []],
  [
    'the Dockerfile',
    { dockerfile: A },
    { dockerfile: B },
    [{ what: 'images/asr/Dockerfile', was: a, now: b }],
  ],
  [
    'a file of its folder',
    { files: { '': { 'asr.py': A } } },
    { files: { '': { 'asr.py': B } } },
    [{ what: 'images/asr/asr.py', was: a, now: b }],
  ],
  [
    'a file of a shared folder, by where that is',
    { files: { shared: { 'src/a.py': A } } },
    { files: { shared: { 'src/a.py': B } } },
    [{ what: 'libs/shared/src/a.py', was: a, now: b }],
  ],
  [
    'a file that is new, and one that is gone',
    { files: { '': { old: A, same: A } } },
    { files: { '': { new: B, same: A } } },
    [
      { what: 'images/asr/new', was: undefined, now: b },
      { what: 'images/asr/old', was: a, now: undefined },
    ],
  ],
  [
    'the same file in another context',
    { files: { '': { x: A }, shared: {} } },
    { files: { '': {}, shared: { x: A } } },
    [
      { what: 'images/asr/x', was: a },
      { what: 'libs/shared/x', now: a },
    ],
  ],
  [
    'a link that points elsewhere',
    { files: { '': { x: 'link:y' } } },
    { files: { '': { x: 'link:z' } } },
    [{ what: 'images/asr/x', was: 'link:y', now: 'link:z' }],
  ],
  [
    'a file with a name that objects have',
    { files: { '': {} } },
    { files: { '': { constructor: A } } },
    [{ what: 'images/asr/constructor', was: undefined, now: a }],
  ],
  [
    'an empty context',
    { files: {} },
    { files: { gone: {} } },
    [{ what: 'build context gone', was: undefined, now: 'there' }],
  ],
  [
    'a build argument',
    { args: { ROOT: `sha256:${A}`, SAME: '1' } },
    { args: { SAME: '1', ROOT: `sha256:${B}` } },
    [{ what: 'build argument ROOT', was: `sha256:${a}`, now: `sha256:${b}` }],
  ],
  [
    'a build argument of a stage',
    { args: { '2.DEBIAN_SNAPSHOT': '1' } },
    { args: { '2.DEBIAN_SNAPSHOT': '2' } },
    [{ what: 'build argument DEBIAN_SNAPSHOT', was: '1', now: '2' }],
  ],
  [
    'a build argument that is empty now',
    { args: { SNAPSHOT_MIRROR: 'set' } },
    { args: { SNAPSHOT_MIRROR: '' } },
    [{ what: 'build argument SNAPSHOT_MIRROR', was: 'set', now: '""' }],
  ],
  [
    'the platform',
    {},
    { platform: 'linux/arm64' },
    [{ what: 'platform', was: 'linux/amd64', now: 'linux/arm64' }],
  ],
  [
    'the frontend',
    {},
    { frontend: 'docker/dockerfile:1' },
    [{ what: 'Dockerfile frontend', was: 'builtin', now: 'docker/dockerfile:1' }],
  ],
  ['a label', { labels: { l: 'x' } }, { labels: { l: 'y' } }, [{ what: 'label l', was: 'x', now: 'y' }]],
  [
    'an external image',
    { externals: ['sha256:1', `sha256:${A}`] },
    { externals: ['sha256:1', `sha256:${B}`] },
    [{ what: 'external image', was: `sha256:${a}`, now: `sha256:${b}` }],
  ],
  [
    'the order of external images',
    { externals: ['x', 'y'] },
    { externals: ['y', 'x'] },
    [{ what: 'order of external images', was: 'x, y', now: 'y, x' }],
  ],
  [
    'the key of a base',
    { bases: { 'base-ml': A } },
    { bases: { 'base-ml': B } },
    [{ what: 'base base-ml', was: a, now: b, base: { name: 'base-ml', was: A, now: B } }],
  ],
  [
    'another base',
    { bases: { 'base-cpu': A } },
    { bases: { 'base-ml': A } },
    [
      { what: 'base base-cpu', was: a, now: undefined, base: undefined },
      { what: 'base base-ml', was: undefined, now: a, base: undefined },
    ],
  ],
  [
    'the meaning of the key',
    {},
    { schema: 2 as unknown as 1 },
    [{ what: 'meaning of the key', was: '1', now: '2' }],
  ],
])('what moved: %s', (_what, was, now, moves) => {
  expect(explain(inputs(was), inputs(now), FOLDERS)).toMatchObject(moves);
  expect(explain(inputs(was), inputs(now), FOLDERS)).toHaveLength(moves.length);
});

const text = fc.constantFrom('', 'a', 'b', '__proto__');
const members = fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true });
const anyInputs = fc.record({
  schema: fc.constant(1 as const),
  dockerfile: text,
  files: fc.dictionary(text, members, { maxKeys: 2, noNullPrototype: true }),
  args: members,
  platform: text,
  frontend: text,
  labels: members,
  externals: fc.array(fc.constantFrom('x', 'y'), { maxLength: 3 }),
  bases: members,
});

test('something moved exactly where the keys differ', () => {
  fc.assert(
    fc.property(
      anyInputs,
      anyInputs,
      fc.constantFrom(...(Object.keys(inputs()) as (keyof KeyInputs)[])),
      (one, other, kept) => {
        const near = { ...one, [kept]: other[kept] };
        for (const next of [one, other, near])
          expect(explain(one, next, FOLDERS).length > 0).toBe(sorted(one) !== sorted(next));
      },
    ),
  );
});

/** Members in one order, as a key has them. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1))
      : inner,
  );
