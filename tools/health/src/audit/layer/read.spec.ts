import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { layerOf, readTar, tarOf, SITE, TOKEN, wheel } from '../testing/tars.ts';

const LONG = `a/${'very-long-name/'.repeat(20)}file`;

test('every kind of entry, with the path and bytes that its header gives', async () => {
  const { entries } = await layerOf(
    ['./etc/', '', { type: 'directory', mode: 0o2755 }],
    ['./etc/hosts.bin', 'five5'],
    ['etc/other.bin', '', { type: 'link', linkname: './etc/hosts.bin' }],
    ['etc/sym', '', { type: 'symlink', linkname: '/etc/hosts' }],
    ['dev/null', '', { type: 'character-device' }],
    ['usr/.wh.gone', ''],
    ['bin/su.bin', 'x', { mode: 0o4755 }],
    ['bin/wall.bin', 'x', { mode: 0o2755 }],
    [LONG, 'x'],
  );
  expect(entries.map((entry) => ({ ...entry, sha256: undefined }))).toEqual([
    { path: 'etc', kind: 'folder', bytes: 0 },
    { path: 'etc/hosts.bin', kind: 'file', bytes: 5 },
    { path: 'etc/other.bin', kind: 'link', bytes: 0, target: 'etc/hosts.bin' },
    { path: 'etc/sym', kind: 'symlink', bytes: 0 },
    { path: 'dev/null', kind: 'other', bytes: 0 },
    { path: 'usr/.wh.gone', kind: 'file', bytes: 0 },
    { path: 'bin/su.bin', kind: 'file', bytes: 1, mode: 0o4755 },
    { path: 'bin/wall.bin', kind: 'file', bytes: 1, mode: 0o2755 },
    { path: LONG, kind: 'file', bytes: 1 },
  ]);
});

test.each([1, 511, 512, 513, 100_000])('a tar in pieces of %i bytes is the same tar', async (bytes) => {
  const tar = await tarOf(...wheel('Six', '1.16.0'), [LONG, 'y'.repeat(1500)], ['empty', '']);
  const read = await readTar(tar, bytes);
  expect(read).toEqual(await readTar(tar));
  expect(read.diffId).toBe(`sha256:${createHash('sha256').update(tar).digest('hex')}`);
});

test('a tar that ends too early is refused, also between two files', async () => {
  const tar = await tarOf(['a', 'x'.repeat(600)], ['b', 'y']);
  await expect(readTar(tar.subarray(0, 700))).rejects.toThrow('Unexpected end of data');
});

test('what is no tar is refused', async () => {
  await expect(readTar(Buffer.alloc(1024, 'no tar'))).rejects.toThrow('Invalid tar header');
});

test('a secret is told by its shape and line, and never itself', async () => {
  const secret = TOKEN;
  const layer = await layerOf(['app/config.yaml', `a: 1\ntoken: ${secret}\n`], ['root/.netrc', 'machine x']);
  expect(layer.secrets).toEqual([
    { shape: 'a token of GitHub', path: 'app/config.yaml', line: 2 },
    { shape: 'passwords of hosts', path: 'root/.netrc', line: undefined },
  ]);
  expect(JSON.stringify(layer)).not.toContain(secret);
});

test('a key that a package brought is public; the same file with one more byte is not', async () => {
  const key = `${TOKEN}\n`;
  const layer = (text: string): ReturnType<typeof layerOf> =>
    layerOf(
      [`${SITE}/x/test.py`, text],
      [`${SITE}/x-1.dist-info/METADATA`, 'Name: x\nVersion: 1\n'],
      [
        `${SITE}/x-1.dist-info/RECORD`,
        `x/test.py,sha256=${createHash('sha256').update(key).digest('base64url')},41\n`,
      ],
    );
  expect((await layer(key)).secrets).toEqual([]);
  expect((await layer(`${key}\n`)).secrets).toHaveLength(1);
});

test('what is no text, or too large for one, is not searched', async () => {
  const { secrets } = await layerOf(
    ['a', `\0 ${TOKEN}`],
    ['b', `${' '.repeat(1024 * 1024)} ${TOKEN}`],
    ['c', `${' '.repeat(1024 * 1024 - 100)} ${TOKEN}`],
  );
  expect(secrets.map(({ path }) => path)).toEqual(['c']);
});

test('texts that a secret of the build could be have their hash, files of packages have none', async () => {
  const { entries } = await layerOf(
    ['etc/ssl/ca.crt', 'ca'],
    [`${SITE}/certifi/cacert.pem`, 'ca'],
    [`${SITE}/a.py`, 'ca'],
  );
  const hash = createHash('sha256').update('ca').digest('hex');
  expect(entries.map(({ sha256 }) => sha256)).toEqual([hash, hash, undefined]);
});
