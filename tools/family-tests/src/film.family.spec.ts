import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environment, run, workspace } from './engine.ts';
import { imageOf } from './family.ts';

/** The film of tools/test-data through all stages, from the images, offline, broken off at the seventh and gone on with. */

interface Passage {
  readonly kind: 'speech' | 'song';
  readonly start: number;
  readonly end: number;
  readonly names?: readonly string[];
  readonly misheard?: Readonly<Record<string, string>>;
}
interface Cue {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}
interface Run {
  readonly stages: readonly { readonly stage: string; readonly state: string }[];
}

const BASE = imageOf('base-cpu');
const ORDER = ['demux', 'silero-vad', 'tmdb', 'pre-ner', 'pyannote-vad', 'diarization', 'asr'];
const ORDER_AFTER = ['lyrics', 'second-pass', 'post-ner', 'subtitle-gen', 'mux'];

const scratch = mkdtempSync(join(tmpdir(), 'film-'));
const work = join(scratch, 'work');
let broken: { code: number; output: string };
let again: { code: number; output: string };

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

beforeAll(async () => {
  broken = await demo(work, /\[ *7\/12\] asr/);
  again = await demo(work);
}, 900_000);

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

describe('a run that is broken off at the seventh stage', () => {
  it('ends without success, and leaves the first six done', () => {
    expect(broken.code, broken.output).not.toBe(0);
    for (const stage of ORDER.slice(0, 6)) expect(broken.output).toMatch(new RegExp(`${stage} +done in`));
    expect(broken.output).not.toMatch(/asr +done in/);
  });

  it('goes on with it: six are skipped, six are done', () => {
    expect(again.code, again.output).toBe(0);
    const { stages } = json(work, 'run.json') as Run;
    expect(stages.map(({ stage }) => stage)).toEqual([...ORDER, ...ORDER_AFTER]);
    expect(stages.map(({ state }) => state)).toEqual([
      ...Array<string>(6).fill('skipped'),
      ...Array<string>(6).fill('done'),
    ]);
  });
});

describe('what comes out', () => {
  const heard = json(workspace, '.cache/test-data/audio/times.json') as Record<string, readonly Passage[]>;
  const passages = heard['film.wav'] ?? [];
  const speech = passages.filter(({ kind }) => kind === 'speech');
  const cues = (): readonly Cue[] => (json(work, 'subtitle-gen/cues.json') as { cues: readonly Cue[] }).cues;

  it('is a film that plays: picture, sound and English subtitles, all of its length', async () => {
    const probed = await inBase(
      'ffprobe',
      '-v',
      'error',
      '-of',
      'json',
      '-show_streams',
      '/work/mux/film.mkv',
    );
    const { streams } = JSON.parse(probed) as {
      streams: { codec_type: string; codec_name: string; tags: Record<string, string> }[];
    };
    expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio', 'subtitle']);
    expect(streams[2]?.tags['language']).toBe('eng');
    expect(await inBase('ffmpeg', '-v', 'error', '-i', '/work/mux/film.mkv', '-f', 'null', '-')).toBe('');
  });

  const names = speech.flatMap((passage) => (passage.names ?? []).map((name) => ({ name, passage })));
  it.each(names)('$name stands in a subtitle when it is said', ({ name, passage }) => {
    const holding = cues().filter(({ lines }) => lines.join(' ').includes(name));
    const near = holding.filter(
      ({ start, end }) => start >= passage.start - 0.5 && start < passage.end && end > passage.start,
    );
    expect(near.length, JSON.stringify(holding)).toBeGreaterThan(0);
  });

  it('shows each sentence within half a second of its beginning', () => {
    const starts = cues().map(({ start }) => start);
    for (const { start } of speech)
      expect(Math.min(...starts.map((one) => Math.abs(one - start)))).toBeLessThanOrEqual(0.5);
  });

  it('marks the song, and nothing else', () => {
    const song = passages.find(({ kind }) => kind === 'song');
    const { segments } = json(work, 'lyrics/songs.json') as { segments: { start: number; end: number }[] };
    expect(segments).toHaveLength(1);
    expect(Math.abs((segments[0]?.start ?? 0) - (song?.start ?? 0))).toBeLessThan(1.5);
    expect(Math.abs((segments[0]?.end ?? 0) - (song?.end ?? 0))).toBeLessThan(1.5);
  });

  it('has a page that tells of it', () => {
    expect(readFileSync(join(work, 'summary.html'), 'utf8')).toContain('Letters to Mumbai');
  });

  it('names that asr misspells are corrected from the metadata', () => {
    const heard = readFileSync(join(work, 'asr/transcript.json'), 'utf8');
    const misheard = speech.flatMap((one) => Object.entries(one.misheard ?? {}));
    const wrong = misheard.filter(([, spelled]) => heard.includes(spelled));
    expect(wrong.length).toBeGreaterThan(0);
    const shown = readFileSync(join(work, 'subtitle-gen/subtitles.srt'), 'utf8');
    for (const [name, spelled] of wrong) {
      expect(shown).toContain(name);
      expect(shown).not.toContain(spelled);
    }
  });
});

/** Runs the demonstration; what it says that matches `end` is answered with Ctrl-C, as a terminal sends it: to all. */
async function demo(folder: string, end?: RegExp): Promise<{ code: number; output: string }> {
  const child = spawn(join(workspace, 'tools/pipeline/demo/demo.sh'), [folder], {
    env: { ...environment, IMAGE_BASE_CPU: BASE },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (ended || child.pid === undefined || end?.test(output) !== true) return;
      ended = true;
      process.kill(-child.pid, 'SIGINT');
    });
  const code = await new Promise<number>((done, fail) => {
    child.on('error', fail).on('close', (status) => {
      done(status ?? -1);
    });
  });
  return { code, output };
}

/** What a program of base-cpu says, with the work folder on /work. */
const inBase = (program: string, ...args: string[]): Promise<string> =>
  run('docker', [
    ...['run', '--rm', '--network=none', `--volume=${work}:/work:ro`, `--entrypoint=${program}`],
    ...[BASE, ...args],
  ]);
