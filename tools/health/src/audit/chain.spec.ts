import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layUp } from './chain.ts';
import type { LayerEntry } from './layer/listing.ts';

const file = (path: string, bytes = 1): LayerEntry => ({ path, kind: 'file', bytes });
const folder = (path: string): LayerEntry => ({ path, kind: 'folder', bytes: 0 });
const link = (path: string, target: string): LayerEntry => ({ path, kind: 'link', bytes: 0, target });

type Row = readonly [
  what: string,
  layers: readonly (readonly LayerEntry[])[],
  hides: readonly number[],
  visible: number,
];

describe('what layers hide', () => {
  test.each<Row>([
    ['nothing of each other', [[file('a', 2)], [file('b', 3)]], [0, 0], 5],
    ['a file written anew', [[file('a', 2)], [file('a', 3)]], [0, 2], 3],
    [
      'a file written three times, each by the next',
      [[file('a', 2)], [file('a', 3)], [file('a', 4)]],
      [0, 2, 3],
      4,
    ],
    ['a removed file', [[file('d/a', 2)], [file('d/.wh.a', 0)]], [0, 2], 0],
    [
      'a removed folder',
      [[folder('d'), file('d/a', 2), file('d/e/b', 3), file('db', 4)], [file('.wh.d', 0)]],
      [0, 5],
      4,
    ],
    [
      'a folder that is made opaque',
      [
        [folder('d'), file('d/a', 2), file('e', 1)],
        [file('d/.wh..wh..opq', 0), file('d/b', 3)],
      ],
      [0, 2],
      4,
    ],
    [
      'a removed file that comes back, whiteout last',
      [[file('a', 2)], [file('a', 3), file('.wh.a', 0)]],
      [0, 2],
      3,
    ],
    [
      'opaque after its own files',
      [
        [folder('d'), file('d/a', 2)],
        [file('d/b', 3), file('d/.wh..wh..opq', 0)],
      ],
      [0, 2],
      3,
    ],
    [
      'a folder that is repeated',
      [
        [folder('d'), file('d/a', 2)],
        [folder('d'), file('d/b', 3)],
      ],
      [0, 0],
      5,
    ],
    ['a folder under a file', [[folder('d'), file('d/a', 2)], [file('d', 3)]], [0, 2], 3],
    ['a file under a folder', [[file('d', 2)], [folder('d'), file('d/a', 3)]], [0, 2], 3],
    ['a removal of nothing', [[file('a', 2)], [file('.wh.b', 0)]], [0, 0], 2],
    ['one of two names', [[file('a', 2), link('b', 'a')], [file('.wh.a', 0)]], [0, 0], 2],
    ['both names', [[file('a', 2), link('b', 'a')], [file('.wh.a', 0)], [file('.wh.b', 0)]], [0, 0, 2], 0],
    ['a path that one tar has twice', [[file('a', 2), file('a', 3)]], [2], 3],
    ["aufs' own marks", [[file('a', 2)], [file('.wh..wh.plnk', 0)]], [0, 0], 2],
  ])('%s', (_, layers, hides, visible) => {
    expect(layUp(layers)).toMatchObject({ hides, visible });
  });
});

test('a change says what, from where, by whom; a folder replaced by a file is all that was in it', () => {
  const { changes } = layUp([[file('a', 2)], [folder('d'), file('d/b', 5)], [file('a', 1), file('d', 1)]]);
  expect(changes).toEqual([
    { path: 'a', bytes: 2, from: 0, by: 2 },
    { path: 'd/b', bytes: 5, from: 1, by: 2 },
  ]);
});

test('a symbolic link that a folder replaces is a change, though it has no bytes', () => {
  const { changes } = layUp([[{ path: 'lib', kind: 'symlink', bytes: 0 }], [folder('lib')]]);
  expect(changes).toEqual([{ path: 'lib', bytes: 0, from: 0, by: 1 }]);
});

test('whatever the layers are, what is hidden and what is visible are all bytes', () => {
  const name = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a');
  const entry = fc.oneof(
    fc.record({ path: name, kind: fc.constant('file' as const), bytes: fc.nat(9) }),
    name.map(folder),
    fc.tuple(name, name).map(([path, target]) => link(path, target)),
    name.map((path) => file(path.replace(/([^/]+)$/, '.wh.$1'), 0)),
    fc.constant(file('d/.wh..wh..opq', 0)),
  );
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 6 }), { maxLength: 5 }), (layers) => {
      const { hides, visible } = layUp(layers);
      const all = layers.flat().reduce((sum, { bytes }) => sum + bytes, 0);
      expect(hides.reduce((sum, bytes) => sum + bytes, 0) + visible).toBe(all);
    }),
    { numRuns: 2000 },
  );
});
