import { describe, expect, it } from 'vitest';
import { editVersions } from './edit.ts';

const text = `# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
numpy==2.0.2              # deviates (1.24.3): whisperx needs it
pydantic-settings==2.12.0 # the design names none
rapidfuzz==3.0.0          # design
Pyannote_Audio==3.4.0
# rapidfuzz==3.0.0 stood here
`;
const edit = (name: string, version: string) =>
  editVersions(text, { pins: new Map([[name, version]]) }).split('\n');

describe('editVersions', () => {
  it.each([
    // Fails where the remark is dropped, or moves out of its column.
    [
      'a remark stays in its column',
      'numpy',
      '2.0.1',
      'numpy==2.0.1              # deviates (1.24.3): whisperx needs it',
    ],
    [
      'also beside a longer version',
      'numpy',
      '2.0.2.post1',
      'numpy==2.0.2.post1        # deviates (1.24.3): whisperx needs it',
    ],
    // Fails where the padding alone keeps the blank.
    [
      'a version that fills the column',
      'pydantic-settings',
      '2.12.10',
      'pydantic-settings==2.12.10 # the design names none',
    ],
    // Fails where "design" goes on standing beside a version that is not the design's.
    [
      "leaving the design's version",
      'rapidfuzz',
      '3.1.0',
      'rapidfuzz==3.1.0          # deviates (3.0.0): moved; the reason belongs here',
    ],
    ["coming back to the design's", 'numpy', '1.24.3', 'numpy==1.24.3             # design'],
    // Fails where names are compared as they are spelled.
    ['a name spelled in another way', 'pyannote-audio', '3.3.2', 'Pyannote_Audio==3.3.2'],
  ])('%s', (_, name, version, line) => {
    const before = text.split('\n');
    const after = edit(name, version);
    expect(after.filter((one, index) => one !== before[index])).toEqual([line]);
    expect(after).toHaveLength(before.length);
  });

  it('changes no byte where nothing moves, nor where no line has the name', () => {
    expect(editVersions(text, {})).toBe(text);
    expect(edit('numpy', '2.0.2').join('\n')).toBe(text);
    expect(edit('scipy', '1.0').join('\n')).toBe(text);
  });

  it('writes facts, and leaves those that are not named', () => {
    const moved = editVersions(text, { facts: { 'exclude-newer': '2026-01-01T00:00:00Z' } });
    expect(moved).toBe(text.replace('2025-11-20T00:00:00Z', '2026-01-01T00:00:00Z'));
  });

  // Fails where a line is taken with its \r: the version would get it, or lose it.
  it('keeps the line ends of a checkout with CRLF', () => {
    const crlf = (lf: string): string => lf.replaceAll('\n', '\r\n');
    const change = {
      pins: new Map([
        ['numpy', '1.24.3'],
        ['pyannote-audio', '3.3.2'],
      ]),
      facts: { 'debian-snapshot': '20260101T000000Z' },
    };
    expect(editVersions(crlf(text), change)).toBe(crlf(editVersions(text, change)));
  });
});
