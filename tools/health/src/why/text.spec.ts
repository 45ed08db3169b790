import { planWith } from '@cp-whisperx-app/nx-images/testing/plan';
import { expect, test } from 'vitest';
import { hash, inputs } from './testing/inputs.ts';
import { whyText } from './text.ts';
import { verdictOf, type Facts } from './verdict.ts';

const NOW = inputs({ files: { '': { 'asr.py': hash('new') } } });
const BEFORE = inputs({ files: { '': { 'asr.py': hash('old') } } });
const [KEY, OLD] = ['a'.repeat(64), 'b'.repeat(64)];
const build = { seconds: 1.8, by: 'Docker 28' };
const MOVED = `  images/asr/asr.py  changed  ${hash('old').slice(0, 12)} → ${hash('new').slice(0, 12)}`;
const FORGOTTEN = `  what key-${OLD.slice(0, 12)} was made from is not recorded on this machine, so what moved can't be told`;

function why(facts: Partial<Facts>): string[] {
  const all: Facts = {
    plan: planWith({ key: KEY, inputs: NOW }),
    place: 'engine',
    there: false,
    missing: [],
    ...facts,
  };
  const known = { inputsOf: (key: string) => (key === OLD ? BEFORE : undefined), foldersOf: () => all.plan };
  return whyText(all, verdictOf(all, known)).split('\n');
}

const BUILD = 'To build it: npx nx run asr:docker-build';

test.each<[what: string, facts: Partial<Facts>, lines: string[]]>([
  [
    'never built here',
    {},
    [
      'asr would be built: it was never built or found here, there is no record of it and no image of its name.',
      BUILD,
    ],
  ],
  [
    'something moved',
    { record: { key: OLD, inputs: BEFORE } },
    [
      'asr would be built: it is key-aaaaaaaaaaaa now, because since key-bbbbbbbbbbbb:',
      MOVED,
      '    an input of asr',
      BUILD,
    ],
  ],
  [
    'something moved, nobody knows what',
    { record: { key: OLD } },
    ['asr would be built: it is key-aaaaaaaaaaaa now, because since key-bbbbbbbbbbbb:', FORGOTTEN, BUILD],
  ],
  [
    'nothing moved, and it is gone',
    { record: { key: KEY }, missing: ['base-cpu', 'base-ml'], made: { build } },
    [
      'asr would be built: nothing moved since key-aaaaaaaaaaaa, but no image of that key is in the engine.',
      'Built before it: base-cpu, base-ml.',
      BUILD,
    ],
  ],
  [
    'nothing moved, and a registry has it: no base is needed',
    { record: { key: KEY }, elsewhere: 'r.example/asr@sha256:1', missing: ['base-ml'] },
    [
      'asr would be brought from r.example/asr@sha256:1: nothing moved since key-aaaaaaaaaaaa, but no image of that key is in the engine.',
      'To bring it: npx nx run asr:docker-build',
    ],
  ],
  [
    'there, and not built by this machine',
    { there: true, place: 'registry', record: { key: KEY } },
    ['Nothing to do: asr is in the registry with the key of its sources, key-aaaaaaaaaaaa.'],
  ],
  [
    'there, as the first of its name',
    { there: true, record: { key: KEY }, made: { build } },
    [
      'Nothing to do: asr is in the engine with the key of its sources, key-aaaaaaaaaaaa.',
      'It was built in 1.8 s by Docker 28: there was no image of that name before.',
    ],
  ],
  [
    'there, built because something had moved',
    { there: true, record: { key: KEY }, made: { build, former: { key: OLD, size: 1 } } },
    [
      'Nothing to do: asr is in the engine with the key of its sources, key-aaaaaaaaaaaa.',
      'It was built in 1.8 s by Docker 28, because since key-bbbbbbbbbbbb:',
      MOVED,
      '    an input of asr',
    ],
  ],
  [
    'there, and the record is of before',
    { there: true, record: { key: OLD, inputs: BEFORE } },
    [
      'Nothing to do: asr is in the engine with the key of its sources, key-aaaaaaaaaaaa.',
      'Its record here is an older one, of key-bbbbbbbbbbbb; since then:',
      MOVED,
      '    an input of asr',
    ],
  ],
])('%s', (_what, facts, lines) => {
  expect(why(facts)).toEqual(lines);
});

test('what nobody kept of a past build is said', () => {
  const made = { build, former: { key: 'c'.repeat(64), size: 1 } };
  const lines = why({ there: true, record: { key: KEY }, made });
  expect(lines.at(-1)).toBe(FORGOTTEN.replace('bbbbbbbbbbbb', 'cccccccccccc'));
});
