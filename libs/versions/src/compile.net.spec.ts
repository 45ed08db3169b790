import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileLocks } from './compile.ts';
import type { LockedImage } from './plan.ts';
import { recordFile } from './record.ts';
import { staleLocks } from './stale.ts';
import { versionsFile } from './versions.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** The whole family of fifteen, with what each asks for. */
const needs: Readonly<Record<string, { readonly base?: string; readonly asks: string }>> = {
  'base-cpu': { asks: 'numpy scipy soundfile python-dotenv tqdm rich pysubs2 pydantic pydantic-settings' },
  demux: { base: 'base-cpu', asks: '' },
  tmdb: { base: 'base-cpu', asks: 'requests guessit' },
  'pre-ner': { base: 'base-cpu', asks: 'spacy huggingface-hub tiktoken' },
  'post-ner': { base: 'base-cpu', asks: 'spacy huggingface-hub rapidfuzz' },
  'subtitle-gen': { base: 'base-cpu', asks: 'pysubs2 pysrt' },
  mux: { base: 'base-cpu', asks: '' },
  'base-cuda': { base: 'base-cpu', asks: '# part-of: base-ml nvidia-*' },
  'base-ml': {
    base: 'base-cuda',
    asks: 'torch torchaudio librosa transformers huggingface-hub sentencepiece',
  },
  asr: { base: 'base-ml', asks: 'whisperx faster-whisper ctranslate2' },
  diarization: {
    base: 'base-ml',
    asks: 'pyannote.audio pyannote.core pyannote.pipeline pytorch-lightning torchmetrics speechbrain whisperx',
  },
  'silero-vad': { base: 'base-ml', asks: 'silero-vad' },
  'pyannote-vad': { base: 'base-ml', asks: 'pyannote.audio pyannote.core pytorch-lightning' },
  'second-pass': { base: 'base-ml', asks: 'transformers sentencepiece protobuf' },
  lyrics: { base: 'base-ml', asks: 'librosa' },
};
const family: LockedImage[] = Object.entries(needs).map(([name, { base }]) => ({
  name,
  folder: `images/${name}`,
  base,
}));
const versions = readFileSync(versionsFile, 'utf8');

let root: string;
let locks: ReadonlyMap<string, string>;
const lockOf = (image: string) => `images/${image}/requirements.lock`;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const writeNeeds = (image: string, asks: string) => {
  write(`images/${image}/requirements.in`, asks.startsWith('#') ? asks : asks.replaceAll(' ', '\n'));
};
const names = (text = '') => [...text.matchAll(/^([\w.-]+)==/gm)].map(([, name]) => name);
const bump = (name: string, version: string) => {
  write(versionsFile, versions.replace(new RegExp(`^${name}==\\S+`, 'm'), `${name}==${version}`));
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'locks-'));
  write(versionsFile, versions);
  for (const [image, { asks }] of Object.entries(needs)) writeNeeds(image, asks);
  locks = await compileLocks(root, family);
  for (const [path, text] of locks) write(path, text);
});
beforeEach(() => {
  write(versionsFile, versions);
  for (const [image, { asks }] of Object.entries(needs)) writeNeeds(image, asks);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('compileLocks', () => {
  it('leaves no lock stale', () => {
    expect(staleLocks(root, family)).toEqual([]);
  });

  it('gives the same bytes again, without a network too', async () => {
    expect(await compileLocks(root, family, { offline: true })).toEqual(locks);
  });

  it('locks one copy of a package on a chain', () => {
    for (const image of family) {
      const chain: string[] = [];
      for (let at: string | undefined = image.name; at !== undefined; at = needs[at]?.base) chain.push(at);
      const held = chain.flatMap((name) => names(locks.get(lockOf(name))));
      expect(new Set(held).size, image.name).toBe(held.length);
    }
  });

  it('puts the CUDA runtime, all of it and nothing else, into base-cuda', () => {
    expect(names(locks.get(lockOf('base-cuda')))).toHaveLength(14);
    for (const [path, text] of locks) {
      const nvidia = names(text).filter((name) => name?.startsWith('nvidia-'));
      expect(nvidia, path).toEqual(path === lockOf('base-cuda') ? names(text) : []);
    }
  });

  it('gives asr and diarization one lock, and nothing to what adds nothing', () => {
    expect(locks.get(lockOf('asr'))).toBe(locks.get(lockOf('diarization')));
    for (const image of ['demux', 'mux', 'lyrics']) expect(names(locks.get(lockOf(image)))).toEqual([]);
  });

  it('writes no index into a lock', () => {
    for (const [path, text] of locks) expect(text, path).not.toMatch(/:\/\/|--index|--find-links/);
  });
});

describe('a bump touches only the locks that hold the package', () => {
  it.each([
    ['spacy', '3.8.2', ['pre-ner', 'post-ner']],
    ['ctranslate2', '4.5.0', ['asr', 'diarization']],
    ['numpy', '2.0.1', ['base-cpu']],
  ])('%s %s', async (name, version, touched) => {
    // whisperx takes one release of numpy alone
    const images = family.filter((image) => name !== 'numpy' || !['asr', 'diarization'].includes(image.name));
    bump(name, version);
    const stale = staleLocks(root, images).filter(({ code }) => code === 'stale-lock');
    const now = await compileLocks(root, images);
    const changed = [...now].filter(([path, text]) => path !== recordFile && text !== locks.get(path));
    expect(changed.map(([path]) => path)).toEqual(touched.map(lockOf));
    expect(stale.map(({ file }) => file)).toEqual(touched.map(lockOf));
  });
});

describe('what can not be locked', () => {
  it.each<[string, () => void, string[]]>([
    [
      'a child that asks for another version than its base',
      () => {
        writeNeeds('asr', 'whisperx numpy==1.26.4');
      },
      [
        'images/asr/requirements.in:2: asr asks for numpy==1.26.4, but its base base-cpu has numpy 2.0.2 (conflict)\n' +
          '  uv: Because you require numpy==1.26.4 and numpy==2.0.2, we can conclude that your requirements are unsatisfiable.\n' +
          '  mend: change images/asr/requirements.in or libs/versions/versions.txt, then npx nx sync',
      ],
    ],
    [
      'a new version in a base that two children can not take: both are named',
      () => {
        bump('numpy', '2.0.1');
      },
      ['asr', 'diarization'].map(
        (image) =>
          `${image} asks for whisperx==3.7.2, which needs numpy>=2.0.2,<2.1.0, but its base base-cpu has numpy 2.0.1`,
      ),
    ],
    [
      'a base: its children are not blamed',
      () => {
        bump('scipy', '1.12.0');
      },
      [
        'images/base-cpu/requirements.in:2: base-cpu asks for scipy==1.12.0, which needs numpy>=1.22.4,<1.29.0, but libs/versions/versions.txt pins numpy 2.0.2',
      ],
    ],
    [
      'a package without a wheel',
      () => {
        write(versionsFile, versions.replace(/^# sdist-only: pysrt.*\n/m, ''));
      },
      ['subtitle-gen comes to pysrt, which has no wheel'],
    ],
  ])('%s', async (_, change, sentences) => {
    change();
    const error: unknown = await compileLocks(root, family).catch((reason: unknown) => reason);
    expect(String(error)).not.toBe('[object Map]');
    for (const sentence of sentences) expect(String(error)).toContain(sentence);
    expect(String(error).match(/mend:/g)).toHaveLength(sentences.length);
  });
});
