import { HttpRemoteCache } from 'nx/src/native';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { tempFolder } from '../testing/folders.ts';
import { serve } from '../testing/http.ts';
import { whyUnusable } from './tar.ts';
import { CODE, entry, tar } from './testing/entries.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Whether Nx itself takes a body out of a cache. */
async function nxTakes(body: Buffer): Promise<boolean> {
  const { host } = await serve((_request, response) => response.end(body));
  vi.stubEnv('NX_SELF_HOSTED_REMOTE_CACHE_SERVER', `http://${host}`);
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  const answer = new HttpRemoteCache().retrieve('1', tempFolder());
  return answer.then(
    (found) => found !== null,
    () => false,
  );
}

const link = (name: string, linkname: string) => ({ name, type: 'symlink', linkname }) as const;
const folder = (name: string) => ({ name, type: 'directory' }) as const;

test.each<[name: string, make: () => Promise<Buffer>]>([
  ['no outputs', () => entry(CODE)],
  ['a log and files', () => entry([folder('d')], ['d/e/f', 'text'], ['terminalOutput', 'said: ü'], CODE)],
  ['folders that are told of late, and twice', () => entry(['d/f', ''], [folder('d')], [folder('d')], CODE)],
  ['names with ./', () => entry([folder('./')], ['./d/./f', ''], CODE)],
  ['a name that looks odd', () => entry(['d/..f', ''], ['d/f..', ''], CODE)],
  ['a long name', () => entry([`d/${'long/'.repeat(50)}f`, ''], CODE)],
  ['a symlink that nothing is written through', () => entry([link('d/l', '../../x')], ['d/f', ''], CODE)],
  ['an exit code that is not zero', () => entry(['code', Buffer.from([0, 0, 0, 7])])],
])('usable, for Nx too: %s', async (_name, make) => {
  const body = await make();
  expect(await whyUnusable(body)).toBeUndefined();
  expect(await nxTakes(body)).toBe(true);
});

test.each<[name: string, make: () => Buffer | Promise<Buffer>, why: RegExp]>([
  ['nothing', () => Buffer.alloc(0), /end of file/],
  ['no gzip', () => tar(CODE), /header/],
  ['no tar', () => gzipSync('a'.repeat(2000)), /tar/],
  ['a cut gzip', async () => (await entry(CODE)).subarray(0, 40), /end of file/],
  [
    'a cut tar',
    async () => gzipSync((await tar(['f', 'x'.repeat(9000)], CODE)).subarray(0, 3000)),
    /end of data/,
  ],
  ['no exit code', () => entry(['f', 'x']), /exit code/],
  ['an exit code of another length', () => entry(['code', '0']), /exit code/],
  ['an output of the name of the exit code', () => entry(['code', 'output'], CODE), /exit code/],
  ['a log that is no text', () => entry(['terminalOutput', Buffer.from([0xff])], CODE), /no text/],
  ['a log that ends within a letter', () => entry(['terminalOutput', Buffer.from([0xc3])], CODE), /no text/],
  ['a way up', () => entry(['../f', ''], CODE), /write to "\.\.\/f"/],
  ['a way up within', () => entry(['d/../../f', ''], CODE), /write to/],
  [
    'a hard link',
    () => entry([{ name: 'h', type: 'link', linkname: '/etc/hostname' }], CODE),
    /"h" is a link/,
  ],
  ['a link to nothing', () => entry([link('l', '')], CODE), /"l" is a link to nothing/],
  ['writing through a symlink', () => entry([link('l', '/')], ['l/tmp/f', ''], CODE), /"l\/tmp\/f" lies in/],
  ['a folder through a symlink', () => entry([link('l', '/')], [folder('l/tmp/d')], CODE), /lies in/],
  ['a file below a file', () => entry(['f', ''], ['f/g', ''], CODE), /lies in/],
  ['a symlink in the place of a folder', () => entry(['d/f', ''], [link('d', '/')], CODE), /twice/],
])('unusable, for Nx too: %s', async (_name, make, why) => {
  const body = await make();
  expect(await whyUnusable(body)).toMatch(why);
  expect(await nxTakes(body)).toBe(false);
});

test.each<[name: string, make: () => Promise<Buffer>]>([
  ['a path from the root', () => entry(['/f', ''], CODE)],
  ['a device', () => entry([{ name: 'f', type: 'fifo' }], CODE)],
  ['the same file twice', () => entry(['f', ''], ['f', ''], CODE)],
])('not asked for, though Nx would take it: %s', async (_name, make) => {
  expect(await whyUnusable(await make())).toBeDefined();
});
