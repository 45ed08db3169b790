import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { hueOf } from './hues.ts';
import { mapOf, type MapNode } from './map.ts';
import { sampleFamily } from './testing/family.ts';

const DATA = assemble(sampleFamily());
const outline = ({ name, bytes, parts }: MapNode, depth = 0): string[] => [
  `${' '.repeat(depth)}${name} ${bytes / 1e6}`,
  ...parts.flatMap((part) => outline(part, depth + 1)),
];

test('each byte stands once: by image, layer, package; biggest first', () => {
  expect(outline(mapOf(DATA))).toEqual([
    'All images 4253',
    ' ml 3000',
    '  COPY --from=x /opt 3000',
    '   torch 1.0 2000',
    '   triton 1.0 900',
    '   other files 100',
    ' asr 601',
    '  COPY --from=x /opt 600',
    '   whisper 1.0 600',
    '  COPY --from=x /app 1',
    ' base 500',
    '  RUN apt 300',
    '  COPY --from=x /opt 200',
    '   scipy 1.0 120',
    '   numpy 1.0 60',
    '   other files 20',
    ' root 100',
    '  root image 100',
    ' mux 50',
    '  COPY --from=x /app 50',
    ' vad 2',
    '  COPY --from=x /app 2',
  ]);
});

test('a layer tells where it was made and who has it', () => {
  const [ml, asr] = mapOf(DATA).parts;
  expect(ml?.parts[0]?.about).toBe('images/ml/Dockerfile:5, in 3 images: ml, asr, vad');
  expect(asr?.parts[1]?.about).toBe('images/asr/Dockerfile:5, only in asr');
});

test('a family without records is empty', () => {
  expect(outline(mapOf(assemble(sampleFamily((_, { key }) => ({ key, places: [] })))))).toEqual([
    'All images 0',
  ]);
});

test('a colour for each that bears others, one for what stands on the same', () => {
  const hues = ['root', 'base', 'ml', 'mux', 'asr', 'vad'].map((name) => hueOf(name, DATA.images));
  expect(new Set(hues.slice(0, 5)).size).toBe(5);
  expect(hues[4]).toBe(hues[5]);
  expect(hues[0]).toBe('voice-rest');
});
