import { expect, test } from 'vitest';
import { affectedImages } from './affected.ts';

const image = (name: string, ...bases: string[]) => ({
  name,
  folder: `images/${name}`,
  bases: new Map(bases.map((base) => [`o/${base}:tag`, base])),
  contexts: new Map(name === 'mux' ? [] : [['installer', 'libs/installer']]),
});
const graph = new Map(
  [
    image('base-cpu'),
    image('base-cuda', 'base-cpu'),
    image('base-ml', 'base-cuda'),
    image('asr', 'base-ml'),
    image('asr-big', 'base-ml', 'base-cuda'),
    image('mux', 'base-cpu'),
    image('pre-ner', 'base-cpu'),
  ].map((one) => [one.name, one]),
);
const lock = (name: string): string => `images/${name}/requirements.lock`;

test.each<[string, string[], string[]]>([
  ['nothing', [], []],
  // Fails where the folder `images/asr` takes the files of `images/asr-big`.
  ['a stage alone', [lock('asr-big')], [`asr-big: ${lock('asr-big')}`]],
  // Fails where only the image itself is taken, or the chain is told from the wrong end.
  [
    'a base, and all on it, each with its chain',
    [lock('base-cuda')],
    [
      `base-cuda: ${lock('base-cuda')}`,
      'base-ml: on base-cuda',
      'asr: on base-ml on base-cuda',
      'asr-big: on base-ml on base-cuda; on base-cuda',
    ],
  ],
  [
    'a base and a stage on it',
    [lock('base-ml'), lock('asr')],
    [`base-ml: ${lock('base-ml')}`, `asr: ${lock('asr')}; on base-ml`, 'asr-big: on base-ml'],
  ],
  // Fails where what an image takes from another folder is forgotten.
  [
    "the installer's lock: all that take it, and what stands on them",
    ['libs/installer/uv.lock'],
    [
      'base-cpu: libs/installer/uv.lock',
      'base-cuda: libs/installer/uv.lock; on base-cpu',
      'base-ml: libs/installer/uv.lock; on base-cuda on base-cpu',
      'asr: libs/installer/uv.lock; on base-ml on base-cuda on base-cpu',
      'asr-big: libs/installer/uv.lock; on base-ml on base-cuda on base-cpu; on base-cuda on base-cpu',
      'mux: on base-cpu',
      'pre-ner: libs/installer/uv.lock; on base-cpu',
    ],
  ],
  ['a file of no image', ['libs/versions/locks.json'], []],
])('%s', (_, paths, expected) => {
  expect(affectedImages(graph, paths).map(({ name, why }) => `${name}: ${why.join('; ')}`)).toEqual(expected);
});
