import { describe, expect, it } from 'vitest';
import { delta, formatLock, readLock, split } from './lock.ts';

const hash = (digit: string) => `sha256:${digit.repeat(64)}`;
const dist = (name: string, version = '1.0') => ({
  name,
  version,
  hashes: [hash('a'), hash('b')],
});
const names = (distributions: readonly { name: string }[]) => distributions.map(({ name }) => name).join(' ');

describe('locks', () => {
  it('read what they write', () => {
    const distributions = [
      dist('docopt', '0.6.2'),
      dist('numpy', '2.0.2'),
      dist('ruamel-yaml', '2.0.post0+cpu'),
    ];
    expect(readLock(formatLock(distributions, ['docopt', 'pysrt']), 'x.lock')).toEqual(distributions);
  });

  it('say which packages are built, and only where there are some', () => {
    const header = (...distributions: { name: string; version: string; hashes: string[] }[]) =>
      formatLock(distributions, ['docopt', 'julius', 'pysrt'])
        .split('\n')
        .filter((line) => line.startsWith('# sdist:'));
    expect(header(dist('docopt'), dist('julius'), dist('numpy'))).toEqual(['# sdist: docopt julius']);
    expect(header(dist('numpy'))).toEqual([]);
  });

  it('have no line but remarks where nothing is added', () => {
    expect(formatLock([], ['docopt'])).toMatch(/^#[^\n]*\n$/);
  });

  it.each([
    ['a distribution without a hash', 'numpy==2.0.2\n', 'numpy has no hash'],
    ['a range', 'numpy>=2\n', 'x.lock:1: '],
    ['an index', `--index-url https://index.example/simple\n`, 'x.lock:1: '],
    ['a hash of nothing', `--hash=${hash('a')}\n`, 'x.lock:1: '],
    ['a weak hash', `numpy==2.0.2 \\\n    --hash=md5:00\n`, 'x.lock:2: '],
  ])('with %s are refused', (_, text, message) => {
    expect(() => readLock(text, 'x.lock')).toThrow(message);
  });
});

describe('delta', () => {
  it('is without what the chain has, whatever the chain has beside that', () => {
    const chain = [dist('numpy', '2.0.2'), dist('rich')];
    expect(names(delta([dist('numpy', '2.0.2'), dist('scipy'), dist('tqdm')], chain))).toBe('scipy tqdm');
  });
});

describe('split', () => {
  it.each([
    ['nvidia-*', 'nvidia-cudnn-cu12 nvidia-nccl-cu12', 'not-nvidia-x torch'],
    ['torch', 'torch', 'not-nvidia-x nvidia-cudnn-cu12 nvidia-nccl-cu12'],
    ['cuda-*', '', 'not-nvidia-x nvidia-cudnn-cu12 nvidia-nccl-cu12 torch'],
  ])('by %s', (pattern, part, rest) => {
    const all = ['not-nvidia-x', 'nvidia-cudnn-cu12', 'nvidia-nccl-cu12', 'torch'].map((name) => dist(name));
    const both = split(all, pattern);
    expect([names(both.part), names(both.rest)]).toEqual([part, rest]);
  });
});
