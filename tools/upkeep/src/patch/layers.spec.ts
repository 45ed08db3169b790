import { expect, test } from 'vitest';
import { layersText } from './layers.ts';

const layer = (diffId: string, createdBy?: string) => ({ diffId, createdBy });

// Fails where a layer is compared by its place, or with its own image's alone: what a base gave its children would be anew in each.
test('a layer that some image had is rebased, any other is made anew', () => {
  const system =
    'RUN |2 DEBIAN_SNAPSHOT=20261128T000000Z SNAPSHOT_MIRROR= /bin/sh -c sh /system/install # buildkit';
  const text = layersText([
    {
      name: 'base',
      before: [layer('root'), layer('sys1'), layer('opt')],
      after: [layer('root'), layer('sys2', system), layer('opt')],
      seconds: 61.23,
    },
    {
      name: 'asr',
      before: [layer('root'), layer('sys1'), layer('opt'), layer('app')],
      after: [layer('root'), layer('sys2', system), layer('opt'), layer('app')],
      seconds: undefined,
    },
    { name: 'new', before: undefined, after: [layer('root')], seconds: 1 },
  ]);
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['image', 'made anew', 'as they were', 'build'],
    ['base', 'RUN sh /system/install', '2', '61.2 s'],
    ['asr', 'none: on the new base', '3', 'not built'],
    ['new', 'not known: no receipt from before', '–', '1.0 s'],
  ]);
});
