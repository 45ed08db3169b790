import { expect, test } from 'vitest';
import { planPatch } from './plan.ts';

const pin = (digit: string): string => `python:3.11@sha256:${digit.repeat(64)}`;
const versions = `# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: ${pin('1')}
# builder: ${pin('1')}
uv==0.9.10
`;
const dockerfile = (snapshot: string, root: string): string =>
  `ARG ROOT=${root}\nARG BUILDER=${pin('1')}\nFROM \${ROOT}\nARG DEBIAN_SNAPSHOT=${snapshot}\n`;
const dockerfiles = new Map([
  ['images/base/Dockerfile', dockerfile('20251120T000000Z', pin('1'))],
  ['images/asr/Dockerfile', `ARG BUILDER=${pin('1')}\nFROM base\n`],
]);
const plan = (day: string, root?: string) =>
  planPatch(versions, dockerfiles, { day, root, today: '2026-11-28' });

test('the snapshot date alone', () => {
  const { snapshot, root, texts } = plan('2026-11-28');
  expect(snapshot).toEqual({ from: '20251120T000000Z', to: '20261128T000000Z' });
  expect(root).toEqual({ from: pin('1'), to: pin('1') });
  expect([...texts]).toEqual([
    ['libs/versions/versions.txt', versions.replace('20251120T', '20261128T')],
    ['images/base/Dockerfile', dockerfile('20261128T000000Z', pin('1'))],
  ]);
});

// Fails where the builder, which was the same pin, moves with the root: everything would be installed again.
test('a new root leaves the builder, and the Dockerfiles that have only that', () => {
  const { texts } = plan('2026-11-28', pin('2'));
  expect(texts.get('libs/versions/versions.txt')).toContain(`# root: ${pin('2')}\n# builder: ${pin('1')}\n`);
  expect(texts.get('images/base/Dockerfile')).toBe(dockerfile('20261128T000000Z', pin('2')));
  expect(texts.has('images/asr/Dockerfile')).toBe(false);
});

test.each([
  ['a day to come', '2026-11-29', undefined, 'bad-day'],
  ['no day', '28.11.2026', undefined, 'bad-day'],
  ['a day that no calendar has', '2026-13-01', undefined, 'bad-day'],
  ['the day that it is', '2025-11-20', undefined, 'nothing-to-patch'],
  ['the root that it is', '2025-11-20', pin('1'), 'nothing-to-patch'],
  ['a root without a digest', '2026-11-28', 'python:3.11', 'malformed-fact'],
])('refuses %s', (_, day, root, code) => {
  expect(() => plan(day, root)).toThrow(code);
});
