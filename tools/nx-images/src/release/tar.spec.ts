import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { tarHeader, tarOf } from './tar.ts';

const file = (name: string, text: string) => ({
  name,
  size: text.length,
  content: () => [Buffer.from(text)],
});

/** The files of a tar, read as POSIX has it. */
function filesIn(tar: Buffer): readonly (readonly [name: string, text: string])[] {
  const text = (from: number, to: number): string => tar.toString('latin1', from, to).replace(/\0.*/s, '');
  if (text(0, 100) === '') return [];
  const sum = tar.subarray(0, 512).reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  expect(Number.parseInt(text(148, 156), 8)).toBe(sum);
  expect(tar.toString('latin1', 257, 265)).toBe('ustar\u000000');
  const end = 512 + Number.parseInt(text(124, 136), 8);
  return [
    [text(0, 100), tar.toString('utf8', 512, end)],
    ...filesIn(tar.subarray(Math.ceil(end / 512) * 512)),
  ];
}

test.each([[0], [1], [511], [512], [513]])(
  'a file of %i bytes, and one after it, are what was put in',
  async (size) => {
    const files = [file('a/b', 'x'.repeat(size)), file('c', 'end')];
    const tar = await buffer(Readable.from(tarOf(files)));
    expect(filesIn(tar)).toEqual([
      ['a/b', 'x'.repeat(size)],
      ['c', 'end'],
    ]);
    expect(tar.subarray(-1024).equals(Buffer.alloc(1024))).toBe(true);
  },
);

test.each([
  [8 ** 11 - 1, '77777777777\0'],
  [8 ** 11, '\x80\0\0\0\0\0\0\x02\0\0\0\0'],
  [20_000_000_000, '\x80\0\0\0\0\0\0\x04\xa8\x17\xc8\0'],
])('%i bytes have a size in the header', (size, bytes) => {
  expect(tarHeader('a', size).toString('latin1', 124, 136)).toBe(bytes);
});
