import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientScript } from './client-script.ts';
import type { SummaryData } from './data.ts';
import { summaryPage } from './page.ts';
import { emptyRun, sampleRun } from './testing/sample.ts';

const FILM = sampleRun({ seconds: 600, cues: 30 });
const lanesOf = (page: string): string[] =>
  [...page.matchAll(/data-kind="(\w+)" data-index="(\d+)"/g)].map(
    ([, kind = '', index = '']) => kind + index,
  );

test('a whole run has all lanes', () => {
  expect(lanesOf(summaryPage(FILM))).toEqual([
    'sound0',
    'cues0',
    'voice0',
    'voice1',
    'voice2',
    'voice3',
    'speech0',
    'speech1',
    'songs0',
  ]);
});

test.each<[what: string, less: Partial<SummaryData>, gone: readonly string[]]>([
  ['sound', { wave: undefined }, ['sound0']],
  ['an empty sound', { wave: { bins: 0, seconds: 0, peaks: '' } }, ['sound0']],
  ['subtitles', { cues: undefined }, ['cues0']],
  ['speakers', { speakers: undefined }, ['voice0', 'voice1', 'voice2', 'voice3']],
  ['one of the speeches', { speech: FILM.speech.slice(0, 1) }, ['speech1']],
  ['speech', { speech: [] }, ['speech0', 'speech1']],
  ['songs', { songs: undefined }, ['songs0']],
])('without %s its lane is not there, and all others are', (_, less, gone) => {
  expect(lanesOf(summaryPage({ ...FILM, ...less }))).toEqual(
    lanesOf(summaryPage(FILM)).filter((lane) => !gone.includes(lane)),
  );
});

test('more speakers than colours share a last lane', () => {
  const speakers = Array.from({ length: 11 }, (_, index) => ({
    name: `SPEAKER_${index}`,
    seconds: 1,
    share: 1 / 11,
    spans: [],
  }));
  const page = summaryPage({ ...FILM, speakers });
  expect(lanesOf(page).filter((lane) => lane.startsWith('voice'))).toHaveLength(9);
  expect(page).toContain('3 other voices');
});

test.each<[what: string, data: SummaryData, has: readonly string[], hasNot: readonly string[]]>([
  [
    'nothing at all',
    emptyRun(),
    ['This run has no subtitles.'],
    ['id="timeline"', 'class="changes"', 'class="stages"', 'class="notes"'],
  ],
  [
    'a film in which nobody speaks',
    { ...emptyRun(), duration: 9, cues: [] },
    ['nobody speaks', 'id="timeline"'],
    ['id="search"'],
  ],
  [
    'a file that is broken',
    { ...emptyRun(), notes: ['a/b.json can’t be shown: it is no JSON.'] },
    ['a/b.json can’t be shown: it is no JSON.'],
    [],
  ],
])('%s', (_, data, has, hasNot) => {
  const page = summaryPage(data);
  for (const text of has) expect(page).toContain(text);
  for (const text of hasNot) expect(page).not.toContain(text);
});

test('a run that failed says where, what was said, and what waits', () => {
  const stages = [
    { stage: 'demux', state: 'skipped', seconds: 0.1, message: 'done and unchanged' },
    { stage: 'asr', state: 'failed', seconds: 90, message: 'too little <memory>', peakBytes: 2e9 },
    { stage: 'mux', state: 'waiting', seconds: 0 },
  ] as const;
  const page = summaryPage({
    ...emptyRun(),
    run: { film: 'film.mkv', started: 'yesterday', seconds: 91, stages },
  });
  expect(page).toContain('asr failed after 1 min 31 s');
  expect(page).toContain('too little &lt;memory&gt;');
  const rows = [...page.matchAll(/<tr class="(\w+)"/g)].map(([, name]) => name);
  expect(rows).toEqual(['skipped', 'failed', 'said', 'waiting']);
});

test('the policy allows this script and this style, and nothing else', () => {
  const page = summaryPage(FILM);
  const hash = (tag: string): string => {
    const [, text = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page) ?? [];
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policy.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test('the page names nothing outside itself, and its script cannot end early', () => {
  const page = summaryPage(FILM);
  expect(page.match(/(src|href)="(?!#|data:)[^"]*"|url\([^)]*\)|@import/g)).toBeNull();
  expect(clientScript(new URL('client/main.ts', import.meta.url))).not.toMatch(/<\/script|<!--/);
});

test('text of a film is text wherever it comes to stand', () => {
  const evil = `</script><script>alert(1)</script>" onload="alert(2)' x='`;
  const change = { by: evil, before: evil, after: evil, reason: evil, span: [1, 2] } as const;
  const page = summaryPage({
    ...emptyRun(),
    run: {
      film: evil,
      started: evil,
      seconds: 1,
      stages: [{ stage: evil, state: 'failed', seconds: 1, message: evil, image: evil }],
    },
    title: evil,
    duration: 9,
    language: evil,
    spoken: evil,
    speech: [{ by: evil, spans: [[1, 2]] }],
    speakers: [{ name: evil, seconds: 1, share: 1, spans: [[1, 2]] }],
    songs: [{ span: [1, 2], score: 1, reasons: [evil] }],
    cues: [{ span: [1, 2], lines: [evil], speaker: evil, song: true, changes: [0] }],
    changes: [change],
    notes: [evil],
  });
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toContain('<script>alert');
  // Inside the data a quote has a backslash before it.
  expect(page).not.toMatch(/[^\\]" onload="/);
});
