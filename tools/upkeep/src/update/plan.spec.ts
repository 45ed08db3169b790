import type { ImageGraph, LinkedImage } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import { compileLocks, isReleased, versionsFile } from '@cp-whisperx-app/versions';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { planUpdate } from './plan.ts';

// How locks are compiled is tested where it is written, in libs/versions.
vi.mock('@cp-whisperx-app/versions', async (original) => ({
  ...(await original<object>()),
  compileLocks: vi.fn(),
  isReleased: vi.fn(),
}));

const digest = `sha256:${'a'.repeat(64)}`;
const text = `# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: python:3.11@${digest}
# builder: python:3.11@${digest}
# coupled: torch torchaudio
uv==0.9.10
torch==2.7.1              # deviates (2.1.0): lowest that whisperx takes
torchaudio==2.7.1         # design
`;
const lockOf = (version: string): string => `torch==${version} \\\n    --hash=${digest}\n`;
const lock = 'images/ml/requirements.lock';
const graph = new Map(
  [
    { name: 'ml', folder: 'images/ml', bases: new Map(), contexts: new Map() },
    { name: 'asr', folder: 'images/asr', bases: new Map([['o/ml', 'ml']]), contexts: new Map() },
    { name: 'mux', folder: 'images/mux', bases: new Map(), contexts: new Map() },
  ].map((one) => [one.name, one as unknown as LinkedImage]),
) as ImageGraph;

let root: string;
const files = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'update-'));
  for (const [path, content] of [
    [versionsFile, text],
    [lock, lockOf('2.7.1')],
  ] as const) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  vi.mocked(isReleased).mockReset().mockResolvedValue(true);
  vi.mocked(compileLocks)
    .mockReset()
    .mockResolvedValue(new Map([[lock, lockOf('2.8.0')]]));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
});

const said: string[] = [];
const planOf = (words: readonly string[], excludeNewer?: string) => {
  said.length = 0;
  const now = new Date('2026-11-28T12:00:00Z');
  return planUpdate(root, [], graph, { words, excludeNewer, now, say: (line) => said.push(line) });
};

test('tells three steps and writes nothing', async () => {
  const before = files();
  const { texts } = await planOf(['torch=2.8.0']);
  expect(said).toEqual([
    '1/6 libs/versions/versions.txt',
    '    line 7: torch 2.7.1 → 2.8.0',
    '      its remark may no longer hold: deviates (2.1.0): lowest that whisperx takes',
    '    line 8: torchaudio 2.7.1 → 2.8.0 (coupled with torch)',
    '      its remark wants a reason: deviates (2.7.1): moved; the reason belongs here',
    '2/6 locks',
    '    images/ml/requirements.lock: torch 2.7.1 → 2.8.0',
    '    0 stay as they are, to the byte',
    '3/6 images',
    '    ml   images/ml/requirements.lock',
    '    asr  on ml',
    '    1 of 3 stay as they are',
  ]);
  expect([...texts.keys()]).toEqual([versionsFile, lock]);
  // Fails where the locks are compiled from the file as it is, before it is written.
  expect(vi.mocked(compileLocks).mock.lastCall?.[2]?.texts?.get(versionsFile)).toBe(texts.get(versionsFile));
  expect(files()).toEqual(before);
});

// Fails where versions.txt is written first and set back afterwards, which a Ctrl-C prevents.
test('what does not resolve leaves every byte, also while it is found out', async () => {
  const before = files();
  vi.mocked(compileLocks).mockImplementation(() => {
    expect(files()).toEqual(before);
    const message = 'asr asks for whisperx==3.7.2, which needs torch<2.8\n  uv: Because …';
    return Promise.reject(new ProblemError({ code: 'conflict', message, mend: 'npx nx sync' }));
  });
  await expect(planOf(['torch=2.8.0'])).rejects.toThrow(
    /asr asks for whisperx==3.7.2, which needs torch<2.8 \(conflict\)\n.*\n {2}mend: nothing is changed; move what/,
  );
  expect(files()).toEqual(before);
});

test.each<[string, string[], string | undefined, RegExp]>([
  ['nothing', [], undefined, /nothing-asked/],
  ['the cut-off that it has', [], '2025-11-20T00:00:00Z', /nothing-asked/],
  ['a cut-off to come', [], '2026-11-29T00:00:00Z', /cut-off-in-future/],
  ['a cut-off that is a day', [], '2026-01-01', /malformed-fact/],
])('refuses %s, before anything is asked', async (_, words, excludeNewer, code) => {
  await expect(planOf(words, excludeNewer)).rejects.toThrow(code);
  expect(isReleased).not.toHaveBeenCalled();
  expect(compileLocks).not.toHaveBeenCalled();
});

test.each<[string, readonly string[], string | undefined, RegExp]>([
  [
    'after the cut-off',
    ['2026-11-28T12:00:00.000Z'],
    undefined,
    /was released after the cut-off date 2025-11-20T00:00:00Z \(after-cut-off\)\n {2}mend: add --cut-off 2026-11-28T00:00:00Z/,
  ],
  [
    'after the new cut-off too',
    ['2026-11-28T12:00:00.000Z'],
    '2026-01-01T00:00:00Z',
    /was released after the cut-off date 2026-01-01T00:00:00Z/,
  ],
  ['never', [], undefined, /the index has no torch 2.8.0 with a wheel for the images' Python \(unreleased\)/],
])('a version that was released %s is named as such', async (_, moments, excludeNewer, message) => {
  vi.mocked(isReleased).mockImplementation((_root, _release, asOf) =>
    Promise.resolve(moments.includes(asOf)),
  );
  await expect(planOf(['torch=2.8.0'], excludeNewer)).rejects.toThrow(message);
  expect(compileLocks).not.toHaveBeenCalled();
});
