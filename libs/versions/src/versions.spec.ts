import { ProblemError } from '@cp-whisperx-app/problem';
import { describe, expect, it } from 'vitest';
import { readVersions } from './versions.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const good = `# Remarks are free.
# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: python:3.11-slim-bookworm@${digest}
# builder: mirror.example:5000/python:3.11@${digest}
# sdist-only: julius never had a wheel
# sdist-only: antlr4_python3.runtime no wheel of 4.9
uv==0.9.10
numpy==2.0.2              # deviates (1.24.3): reason
pyannote.audio==3.4.0
`;

function problemsOf(text: string) {
  try {
    readVersions(text);
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map(({ code, line }) => `${code}:${String(line)}`);
    throw error;
  }
  return [];
}

describe('readVersions', () => {
  it('reads pins, remarks and facts', () => {
    const versions = readVersions(good);
    expect(versions.pins.get('numpy')).toEqual({
      name: 'numpy',
      version: '2.0.2',
      line: 9,
      remark: 'deviates (1.24.3): reason',
    });
    expect([...versions.pins.keys()]).toEqual(['uv', 'numpy', 'pyannote-audio']);
    expect(versions).toMatchObject({
      excludeNewer: '2025-11-20T00:00:00Z',
      debianSnapshot: '20251120T000000Z',
      root: `python:3.11-slim-bookworm@${digest}`,
      builder: `mirror.example:5000/python:3.11@${digest}`,
      sdistOnly: ['antlr4-python3-runtime', 'julius'],
    });
  });

  it('reads the same from a checkout with CRLF', () => {
    expect(readVersions(good.replaceAll('\n', '\r\n'))).toEqual(readVersions(good));
  });

  it.each([
    ['a range', 'numpy>=2', 'malformed-pin:11'],
    ['a name alone', 'numpy', 'malformed-pin:11'],
    ['an index option', '--index-url https://index.example/simple', 'malformed-pin:11'],
    ['a remark without a blank', 'rich==14.2.0#design', 'malformed-pin:11'],
    ['one package twice, spelled in two ways', 'Pyannote_Audio==3.3.2', 'repeated-pin:11'],
    ['one fact twice', '# exclude-newer: 2026-01-01T00:00:00Z', 'repeated-fact:11'],
    ['a misspelled fact', '# exclude-newr: 2026-01-01T00:00:00Z', 'unknown-fact:11'],
    ['an sdist-only package without a reason', '# sdist-only: pysrt', 'malformed-fact:11'],
  ])('refuses %s', (_, line, problem) => {
    expect(problemsOf(good + line)).toEqual([problem]);
  });

  const coupled = `${good}torch==2.7.1\ntorchaudio==2.7.1\n`;

  it('reads coupled packages, however they are spelled', () => {
    expect(readVersions(`${coupled}# coupled: Torch torch_audio\ntorch-audio==2.7.1`).coupled).toEqual([
      ['torch', 'torch-audio'],
    ]);
  });

  // Fails where a hand edit of one of the two is believed.
  it.each([
    ['one alone', '# coupled: torch', 'malformed-fact:13'],
    ['one that is not pinned', '# coupled: torch torchvision', 'coupled-unpinned:13'],
    ['other versions', '# coupled: torch numpy', 'coupled-apart:9'],
    ['one in two groups', '# coupled: torch torchaudio\n# coupled: torch uv', 'coupled-twice:14'],
  ])('refuses coupled packages: %s', (_, line, problem) => {
    expect(problemsOf(coupled + line)).toContain(problem);
  });

  it.each([
    ['a root without a digest', 'root', 'python:3.11-slim-bookworm', ['malformed-fact:4']],
    ['a cut-off that is a day', 'exclude-newer', '2025-11-20', ['malformed-fact:2']],
    ['a snapshot in another form', 'debian-snapshot', '2025-11-20', ['malformed-fact:3']],
  ])('refuses %s', (_, name, value, problems) => {
    expect(problemsOf(good.replace(new RegExp(`# ${name}: .*`), `# ${name}: ${value}`))).toEqual(problems);
  });

  it('names every fact that is missing', () => {
    expect(problemsOf('numpy==2.0.2')).toEqual(Array(5).fill('missing-fact:undefined'));
  });

  it('names the file, the line and the mend', () => {
    expect(() => readVersions(`${good}numpy>=2`)).toThrow(
      'libs/versions/versions.txt:11: "numpy>=2" is not a pin (malformed-pin)\n  mend: write it like "numpy==2.0.2  # reason"',
    );
  });
});
