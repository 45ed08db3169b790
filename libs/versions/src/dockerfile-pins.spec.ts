import { describe, expect, it } from 'vitest';
import { syncPins } from './dockerfile-pins.ts';
import { readVersions } from './versions.ts';

const ref = (tag: string) => `python:${tag}@sha256:${'a'.repeat(64)}`;
const versions = readVersions(`# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: ${ref('new')}
# builder: ${ref('old')}
uv==0.9.10
`);

describe('syncPins', () => {
  it.each([
    ['the root', 'ARG ROOT=python:3.11@sha256:0', `ARG ROOT=${ref('new')}`],
    ['the builder', 'ARG BUILDER=x', `ARG BUILDER=${ref('old')}`],
    [
      'the snapshot, in a stage',
      'FROM x\nARG DEBIAN_SNAPSHOT=2\nRUN y',
      'FROM x\nARG DEBIAN_SNAPSHOT=20251120T000000Z\nRUN y',
    ],
    ['an empty default', 'ARG ROOT=', `ARG ROOT=${ref('new')}`],
    ['other case and blanks', '  arg  BUILDER=x  ', `  arg  BUILDER=${ref('old')}  `],
    ['CRLF', 'ARG ROOT=x\r\nFROM ${ROOT}\r\n', `ARG ROOT=${ref('new')}\r\nFROM \${ROOT}\r\n`],
  ])('rewrites %s', (_, before, after) => {
    expect(syncPins(before, versions)).toBe(after);
    expect(syncPins(after, versions)).toBe(after);
  });

  it.each([
    ['an argument without a default', 'ARG ROOT\n'],
    ['an argument that begins alike', 'ARG ROOT_CA=x\nARG MY_ROOT=x\n'],
    ['a variable in lower case, which is another one', 'ARG root=x\n'],
    ['a remark', '# ARG ROOT=x\n'],
    ['the environment', 'ENV ROOT=x\n'],
  ])('leaves %s', (_, text) => {
    expect(syncPins(text, versions)).toBe(text);
  });
});
