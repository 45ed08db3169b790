import { expect, test } from 'vitest';
import { layerOf, SITE, wheel, type Entry } from '../testing/tars.ts';

const told = async (...entries: readonly Entry[]): Promise<unknown> =>
  (await layerOf(...entries)).distributions.map(({ name, version, bytes }) => [name, version, bytes]);

const bytesOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, [, text]) => sum + text.length, 0);

test('a wheel, its name normalised, with the bytes of all its files', async () => {
  const files = wheel('Jaraco.Text_x', '4.0');
  expect(await told(...files)).toEqual([['jaraco-text-x', '4.0', bytesOf(files)]]);
});

test('bytecode and programs belong to the package that has their source', async () => {
  const entries: Entry[] = [
    [`${SITE}/six-1.dist-info/METADATA`, 'Name: six\nVersion: 1\n'],
    [`${SITE}/six-1.dist-info/RECORD`, 'six.py,sha256=a,1\n"six,2.py",,\n../../../bin/six,,\n'],
    [`${SITE}/six.py`, '1234567'],
    [`${SITE}/six,2.py`, '12'],
    [`${SITE}/__pycache__/six.cpython-311.pyc`, '12345'],
    [`${SITE}/__pycache__/other.cpython-311.pyc`, '12345'],
    ['opt/venv/bin/six', '123'],
    ['opt/venv/bin/other', '123'],
  ];
  const own = entries.filter(([name]) => !name.includes('other'));
  expect(await told(...entries)).toEqual([['six', '1', bytesOf(own)]]);
});

test('what is inside another package is no distribution of its own', async () => {
  const vendored = wheel('wheel', '0.45.1', 'x', `${SITE}/setuptools/inner`);
  const names = vendored.map(([name]) => `${name.slice(SITE.length + 1)},,\n`).join('');
  const entries: Entry[] = [
    [`${SITE}/setuptools-80.dist-info/METADATA`, 'Name: setuptools\nVersion: 80\n'],
    [`${SITE}/setuptools-80.dist-info/RECORD`, names],
    ...vendored,
  ];
  expect(await told(...entries)).toEqual([['setuptools', '80', bytesOf(entries)]]);
  // Debian's package has no RECORD.
  expect(
    await told(...wheel('wheel', '0.45.1', 'x', 'usr/lib/python3/dist-packages/setuptools/_vendor')),
  ).toEqual([]);
});

test.each<[what: string, entry: Entry, expected: unknown]>([
  [
    'an egg-info folder',
    ['usr/lib/python3/dist-packages/pip-23.egg-info/PKG-INFO', 'Name: pip\nVersion: 23\n'],
    ['pip', '23', 22],
  ],
  [
    'an egg-info file',
    ['usr/lib/python3/dist-packages/six-1.2.egg-info', 'Name: six\nVersion: 1.2\n'],
    ['six', '1.2', 23],
  ],
  [
    'a name that only the folder has',
    [`${SITE}/a_b-1.0.dist-info/METADATA`, 'Metadata-Version: 2\n'],
    ['a-b', '1.0', 20],
  ],
])('%s', async (_, entry, expected) => {
  expect(await told(entry)).toEqual([expected]);
});

test('the description of a package is not read for its name', async () => {
  expect(await told([`${SITE}/a-1.dist-info/METADATA`, 'Version: 1\n\nName: evil\n'])).toEqual([
    ['a', '1', 23],
  ]);
});
