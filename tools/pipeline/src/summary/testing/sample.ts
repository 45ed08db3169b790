import type { Change, Cue, Song, Span, Speaker, SummaryData, Wave } from '../data.ts';
import { LINES } from './lines.ts';

/** A film that never was: its length in seconds, and how many subtitles it has. */
export interface Sample {
  readonly seconds: number;
  readonly cues: number;
}

/** A whole run of it, the same for the same numbers: four voices, songs, subtitles, changes of names and by hand. */
export function sampleRun({ seconds, cues: number }: Sample): SummaryData {
  const random = numbers(7);
  const songs = songsOf(seconds);
  const changes: Change[] = [];
  const each = seconds / (number + 1);
  const cues = Array.from({ length: number }, (_, index): Cue => {
    // Scenes of fourteen subtitles, with a silence after each.
    const start = each * (index - (index % 14) + 0.6 * (index % 14) + 0.3 + 0.08 * random());
    const span: Span = [start, start + Math.min(0.5 * each, 1.6 + 2.4 * random())];
    const [line = '', before = '', after = ''] = LINES[Math.floor(random() * LINES.length)] ?? [];
    const song = songs.some((one) => one.span[0] < span[1] && one.span[1] > span[0]);
    if (before === '') return { span, lines: line.split('|'), speaker: voiceAt(index), song, changes: [] };
    const reason = `as TMDB spells the character ${after}`;
    changes.push({ by: 'post-ner', before, after, score: 80 + Math.round(19 * random()), reason, span });
    return { span, lines: line.split('|'), speaker: voiceAt(index), song, changes: [changes.length - 1] };
  });
  const speech = cues.map(({ span: [start, end] }): Span => [Math.max(0, start - 0.15), end + 0.1]);
  return {
    run: {
      film: 'Letters.to.Mumbai.2021.1080p.mkv',
      started: '2025-11-18T19:04:11Z',
      seconds: 1127,
      stages: STAGES.map(([stage, took, mb]) => ({
        stage,
        state: 'done',
        seconds: took,
        peakBytes: mb * 1e6,
      })),
    },
    title: 'Letters to Mumbai',
    year: 2021,
    duration: seconds,
    spoken: 'hi',
    language: 'en',
    wave: waveOf(seconds, speech, songs),
    speech: [
      { by: 'silero-vad', spans: speech.filter((_, index) => index % 11 !== 3) },
      { by: 'pyannote-vad', spans: speech },
    ],
    speakers: speakersOf(cues),
    songs,
    cues,
    changes,
    notes: [],
  };
}

/** A run that found nothing, and left nothing. */
export function emptyRun(): SummaryData {
  const run = { film: 'film.mkv', started: '2025-11-18T19:04:11Z', seconds: 0, stages: [] };
  return { run, title: 'film.mkv', duration: 0, speech: [], changes: [], notes: [] };
}

const STAGES = [
  ['demux', 9.4, 61],
  ['silero-vad', 34, 212],
  ['tmdb', 1.2, 74],
  ['pre-ner', 6.3, 590],
  ['pyannote-vad', 71, 1210],
  ['diarization', 188, 2480],
  ['asr', 512, 5310],
  ['lyrics', 48, 840],
  ['second-pass', 203, 3120],
  ['post-ner', 11.2, 640],
  ['subtitle-gen', 0.9, 58],
  ['mux', 4.1, 66],
] as const;

const voiceAt = (cue: number): string =>
  `SPEAKER_0${String([0, 0, 1, 0, 1, 2, 0, 1, 3, 2][Math.floor(cue / 2.3) % 10])}`;

function speakersOf(cues: readonly Cue[]): readonly Speaker[] {
  const names = [...new Set(cues.map(({ speaker = '' }) => speaker))].sort();
  const turns = names.map((name) => cues.filter(({ speaker }) => speaker === name).map(({ span }) => span));
  const seconds = turns.map((spans) => spans.reduce((sum, [start, end]) => sum + end - start, 0));
  const all = seconds.reduce((sum, one) => sum + one, 0);
  return names.map((name, index) => ({
    name,
    seconds: seconds[index] ?? 0,
    share: (seconds[index] ?? 0) / all,
    spans: turns[index] ?? [],
  }));
}

const songsOf = (seconds: number): readonly Song[] =>
  [0.06, 0.31, 0.55, 0.86].map((share, index) => ({
    span: [share * seconds, (share + 0.034) * seconds],
    score: 0.71 + 0.06 * index,
    reasons: [
      `${58 + 4 * index} % of the sound are held tones (speech: below 40 %)`,
      `onsets return regularly to ${41 + index} %`,
    ],
  }));

function waveOf(seconds: number, speech: readonly Span[], songs: readonly Song[]): Wave {
  const bins = Math.min(65_536, Math.ceil(50 * seconds));
  const random = numbers(3);
  const peaks = Buffer.alloc(2 * bins);
  const loud = new Float32Array(bins).fill(4);
  const fill = ([start, end]: Span, level: number): void => {
    loud.fill(level, Math.floor((start / seconds) * bins), Math.ceil((end / seconds) * bins));
  };
  for (const { span } of songs) fill(span, 62);
  for (const span of speech) fill(span, 34 + 46 * random());
  let smooth = 0;
  for (let bin = 0; bin < bins; bin++) {
    smooth = 0.6 * smooth + 0.4 * (loud[bin] ?? 0) * (0.35 + 0.65 * random());
    peaks.writeInt8(-Math.round(Math.min(127, smooth * (0.85 + 0.3 * random()))), 2 * bin);
    peaks.writeInt8(Math.round(Math.min(127, smooth * (0.85 + 0.3 * random()))), 2 * bin + 1);
  }
  return { bins, seconds, peaks: peaks.toString('base64') };
}

/** Numbers from 0 to 1 that look like chance (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
