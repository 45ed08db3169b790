import { describe, expect, it } from 'vitest';
import { readRequirements } from './requirements.ts';

const read = (text: string) => readRequirements(text, 'images/x/requirements.in');

describe('readRequirements', () => {
  it.each([
    ['nothing', '# ffmpeg is enough\n\n', []],
    ['a name', 'pyannote.audio\n', ['pyannote-audio pyannote.audio 1']],
    ['a name with a remark', '\nnumpy  # arrays\r\n', ['numpy numpy 2']],
    ['extras', 'torch-thing[cuda,x]\n', ['torch-thing torch-thing[cuda,x] 1']],
    ['a version', 'numpy == 1.26.4', ['numpy numpy==1.26.4 1']],
    ['a range', 'numpy>=1.26,<2', ['numpy numpy>=1.26,<2 1']],
  ])('reads %s', (_, text, expected) => {
    expect(read(text).direct.map(({ name, text, line }) => `${name} ${text} ${String(line)}`)).toEqual(
      expected,
    );
  });

  it('reads whose part the lock is', () => {
    expect(read('# The CUDA runtime.\n# part-of: base-ml nvidia-*\n').partOf).toEqual({
      image: 'base-ml',
      pattern: 'nvidia-*',
    });
  });

  it.each([
    ['an option', 'numpy\n-r other.in', 2],
    ['an index', '--index-url https://index.example/simple', 1],
    ['a URL', 'x @ https://index.example/x.whl', 1],
    ['two names', 'numpy scipy', 1],
    ['a part of nothing', '# part-of: base-ml', 1],
    ['a part with needs of its own', '# part-of: base-ml nvidia-*\nnumpy', 2],
  ])('refuses %s', (_, text, line) => {
    expect(() => read(text)).toThrow(`images/x/requirements.in:${String(line)}: `);
  });
});
