import { expect, test } from 'vitest';
import { readSummary } from './read.ts';
import { wavOf } from './testing/wav.ts';
import { runOf, workFolder } from './testing/work.ts';

const ORDER = [
  'demux',
  'silero-vad',
  'tmdb',
  'pyannote-vad',
  'diarization',
  'asr',
  'lyrics',
  'post-ner',
  'subtitle-gen',
];

const change = { by: 'post-ner', before: 'Bonsly', after: 'Bhonsle', score: 88, reason: 'a character' };
const transcript = (changes: readonly unknown[]) => ({
  language: 'en',
  spoken: 'hi',
  duration: 10,
  words: 'none',
  segments: [{ start: 1, end: 3, text: 'Inspector Bhonsle', speaker: null, words: [], changes }],
});

const FILES = {
  'demux/audio.wav': wavOf(new Int16Array(160_000)),
  'demux/audio.metadata.json': {
    source: 'film.mkv',
    container: 'matroska',
    duration: 10.5,
    languages: ['hin'],
  },
  'silero-vad/speech.json': { duration: 10, segments: [{ start: 1, end: 2 }] },
  'pyannote-vad/speech.json': { duration: 10, segments: [{ start: 1, end: 3 }] },
  'tmdb/tmdb.json': {
    title: 'Letters',
    year: null,
    movie: { id: 1, title: 'Letters to Mumbai', year: 2021 },
    candidates: [],
  },
  'diarization/diarization.json': {
    duration: 10,
    speakers: ['SPEAKER_00'],
    segments: [{ start: 1, end: 3, speaker: 'SPEAKER_00' }],
  },
  'asr/transcript.json': transcript([]),
  'lyrics/songs.json': {
    duration: 10,
    segments: [{ start: 5, end: 8, score: 0.8, reasons: ['held tones'] }],
  },
  'post-ner/transcript.json': transcript([change]),
  'subtitle-gen/cues.json': {
    language: 'en',
    cues: [{ start: 1, end: 3, lines: ['Inspector Bhonsle'], speaker: 'SPEAKER_00', song: false }],
  },
};

test('what a whole run left', async () => {
  const run = runOf(ORDER);
  expect(await readSummary(workFolder(FILES), ORDER, run)).toEqual({
    run,
    title: 'Letters to Mumbai',
    year: 2021,
    duration: 10.5,
    spoken: 'hi',
    language: 'en',
    wave: { bins: 500, seconds: 10, peaks: Buffer.alloc(1000).toString('base64') },
    speech: [
      { by: 'silero-vad', spans: [[1, 2]] },
      { by: 'pyannote-vad', spans: [[1, 3]] },
    ],
    speakers: [{ name: 'SPEAKER_00', seconds: 2, share: 1, spans: [[1, 3]] }],
    songs: [{ span: [5, 8], score: 0.8, reasons: ['held tones'] }],
    cues: [{ span: [1, 3], lines: ['Inspector Bhonsle'], speaker: 'SPEAKER_00', song: false, changes: [0] }],
    changes: [{ ...change, span: [1, 3] }],
    notes: [],
  });
});

const NOTHING = { title: 'film.mkv', duration: 0, speech: [], changes: [], notes: [] };

test('an empty folder is a summary without lanes', async () => {
  const run = runOf(ORDER);
  expect(await readSummary(workFolder({}), ORDER, run)).toEqual({ run, ...NOTHING });
});

test.each<[why: string, order: readonly string[], states: Parameters<typeof runOf>[1]]>([
  ['of a stage that was deleted', ORDER.filter((stage) => stage !== 'lyrics'), {}],
  ['of a stage that failed', ORDER, { lyrics: 'failed' }],
  ['of a stage that still waits', ORDER, { lyrics: 'waiting' }],
])('a file %s does not count', async (_, order, states) => {
  const { songs, cues, notes } = await readSummary(workFolder(FILES), order, runOf(ORDER, states));
  expect(songs).toBeUndefined();
  expect(cues).toHaveLength(1);
  expect(notes).toEqual([]);
});

test('a stage that was skipped has its file, and one that the record does not name', async () => {
  const run = runOf(['lyrics'], { lyrics: 'skipped' });
  const { songs, cues } = await readSummary(workFolder(FILES), ORDER, run);
  expect([songs?.length, cues?.length]).toEqual([1, 1]);
});

test('without post-ner the changes are those of the last transcript there is', async () => {
  const { changes } = await readSummary(workFolder(FILES), ORDER, runOf(ORDER, { 'post-ner': 'failed' }));
  expect(changes).toEqual([]);
});

test.each<[file: keyof typeof FILES, content: unknown, note: string]>([
  ['lyrics/songs.json', '{"segments": [', 'lyrics/songs.json can’t be shown: it is no JSON.'],
  ['lyrics/songs.json', '', 'lyrics/songs.json can’t be shown: it is no JSON.'],
  [
    'lyrics/songs.json',
    { segments: [{ start: '5', end: 8, score: 1, reasons: [] }] },
    'lyrics/songs.json can’t be shown: segments.0.start is wrong: Invalid input: expected number, received string.',
  ],
  [
    'subtitle-gen/cues.json',
    { language: 'en', cues: [{ start: 4, end: 3, lines: [] }] },
    'subtitle-gen/cues.json can’t be shown: cues.0.end is wrong: it is before start.',
  ],
  [
    'tmdb/tmdb.json',
    [],
    'tmdb/tmdb.json can’t be shown: the file is wrong: Invalid input: expected object, received array.',
  ],
  ['demux/audio.wav', 'RIFF', 'demux/audio.wav can’t be shown: it is no wav file.'],
])('%s, broken, is a note and no lane', async (file, content, note) => {
  const summary = await readSummary(workFolder({ ...FILES, [file]: content }), ORDER, runOf(ORDER));
  expect(summary.notes).toEqual([note]);
  const lanes = [summary.songs, summary.cues, summary.wave, summary.year];
  expect(lanes.filter((lane) => lane === undefined)).toHaveLength(1);
});

test('a folder where a file should be is a note', async () => {
  const work = workFolder({ 'lyrics/songs.json/x': '' });
  const { notes } = await readSummary(work, ORDER, runOf(ORDER));
  expect(notes).toEqual(['lyrics/songs.json can’t be shown: it can’t be read (EISDIR).']);
});
