import { expect, test } from 'vitest';
import { formatRecord } from './record.ts';

test('the record is sorted by path, whatever order the locks were planned in', () => {
  const recorded = { requirements: '1', pins: '2', chain: '3', rules: '4', lock: '5' };
  const paths = ['images/b/requirements.lock', 'libs/installer/uv.lock', 'images/a-b/requirements.lock'];
  const text = formatRecord(Object.fromEntries(paths.map((path) => [path, recorded])));
  expect(Object.keys(JSON.parse(text) as object)).toEqual([...paths].sort());
});
