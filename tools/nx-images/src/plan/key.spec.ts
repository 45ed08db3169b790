import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, imageKey, keyTag, sha256, type Json, type KeyInputs } from './key.ts';

const json = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the members of every object in another order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as Record<string, Json>).map(([name, item]) => [name, reversed(item)]);
  return Object.fromEntries(members.reverse()) as Json;
}

test('canonical JSON is JSON of the same value', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the order of members does not enter', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
    }),
  );
});

test.each<[value: Json, text: string]>([
  [{ b: [2, { z: null, y: true }], a: 'ü"\n' }, '{"a":"ü\\"\\n","b":[2,{"y":true,"z":null}]}'],
  [['b', 'a'], '["b","a"]'],
  // RFC 8785, 3.2.3: by UTF-16 code unit, so the smiley stands before U+FB33.
  [
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5 },
    '{"\\r":2,"1":4,"€":1,"😀":5,"\ufb33":3}',
  ],
  [{ a10: 1, a9: 2, B: 3 }, '{"B":3,"a10":1,"a9":2}'],
])('canonical form of %j', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

const INPUTS: KeyInputs = {
  schema: 1,
  dockerfile: sha256('FROM base\n'),
  files: { '': { 'a.py': sha256('a'), lnk: 'link:a.py' }, shared: { 'src/b.py': sha256('b') } },
  args: { ROOT: `sha256:${'0'.repeat(64)}` },
  platform: 'linux/amd64',
  frontend: 'builtin',
  labels: { 'org.opencontainers.image.base.name': 'o/base:cpu' },
  externals: [`sha256:${'0'.repeat(64)}`],
  bases: { base: '1'.repeat(64) },
};

// Computed by Python's json.dumps(sort_keys=True, separators=(',', ':')). A new canonical form would rename every image that was ever published: raise `schema` when it must change.
test('a key that is known', () => {
  expect(imageKey(INPUTS)).toBe('74d052b35f6022698b3c8a4082e82b70516cfe8bdaa5be40f6f12e6e7292fd06');
});

test.each<[member: keyof KeyInputs, change: Partial<KeyInputs>]>([
  ['dockerfile', { dockerfile: sha256('FROM base') }],
  ['files', { files: { ...INPUTS.files, '': {} } }],
  ['files', { files: { '': { ...INPUTS.files[''], ...INPUTS.files['shared'] } } }],
  ['args', { args: { ...INPUTS.args, X: '' } }],
  ['platform', { platform: 'linux/arm64' }],
  ['frontend', { frontend: 'docker/dockerfile:1' }],
  ['labels', { labels: {} }],
  ['externals', { externals: [] }],
  ['bases', { bases: { base: '2'.repeat(64) } }],
])('%s enters the key', (_member, change) => {
  expect(imageKey({ ...INPUTS, ...change })).not.toBe(imageKey(INPUTS));
});

test('the content tag', () => {
  expect(keyTag('0123456789abcdef'.repeat(4))).toBe('key-0123456789ab');
});
