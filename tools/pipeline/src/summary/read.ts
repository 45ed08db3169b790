import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunRecord } from '../run-record.ts';
import { changesOf, cuesOf, speakersOf, type ReadTranscript } from './assemble.ts';
import type { Song, Span, SpeechLane, SummaryData, Wave } from './data.ts';
import * as documents from './documents.ts';
import { readWave, WaveProblem } from './wave.ts';

/**
 * What a run left in its work folder, for its summary. A stage's file counts where the stage is in the pipeline and
 * did not fail or wait in this run: what lies there then is from another run. A missing file is no error; of one that
 * is there and broken, a note says so.
 * @param work folder with a folder for each stage
 * @param order stages, as the pipeline runs them
 */
export async function readSummary(
  work: string,
  order: readonly string[],
  run: RunRecord,
): Promise<SummaryData> {
  const folder = new Folder(work, standing(order, run));
  const [metadata] = await folder.documents('audio.metadata.json', documents.METADATA);
  const [tmdb] = await folder.documents('tmdb.json', documents.MOVIE_METADATA);
  const wave = await folder.wave('audio.wav');
  const speech = await folder.documents('speech.json', documents.SPEECH);
  const [diarization] = await folder.documents('diarization.json', documents.DIARIZATION);
  const [songs] = await folder.documents('songs.json', documents.SONGS);
  const [subtitles] = await folder.documents('cues.json', documents.SUBTITLES);
  // Each stage that writes a transcript keeps the changes of the stages before it.
  const transcript = (await folder.documents('transcript.json', documents.TRANSCRIPT)).at(-1)?.document;

  const changes = changesOf(transcript);
  const lanes = {
    speech: speech.map(({ stage, document }): SpeechLane => ({
      by: stage,
      spans: document.segments.map(spanOf),
    })),
    speakers: diarization && speakersOf(diarization.document),
    songs: songs?.document.segments.map(({ score, reasons, ...span }): Song => ({
      span: spanOf(span),
      score,
      reasons,
    })),
    cues: subtitles && cuesOf(subtitles.document, changes),
  };
  const movie = tmdb?.document.movie;
  return {
    run,
    title: movie?.title ?? run.film,
    year: movie?.year ?? undefined,
    duration: lastOf(lanes, transcript, wave, metadata?.document.duration),
    spoken: transcript?.spoken,
    language: subtitles?.document.language ?? transcript?.language,
    wave,
    ...lanes,
    changes,
    notes: folder.notes,
  };
}

/** Stages whose files are of this run. One that the record doesn't name was not touched: its files stand. */
function standing(order: readonly string[], run: RunRecord): readonly string[] {
  const out = run.stages.filter(({ state }) => state === 'failed' || state === 'waiting');
  return order.filter((name) => !out.some(({ stage }) => stage === name));
}

const spanOf = ({ start, end }: { start: number; end: number }): Span => [start, end];

/** The end of what ends last. */
function lastOf(
  lanes: Pick<SummaryData, 'speech' | 'speakers' | 'songs' | 'cues'>,
  transcript: ReadTranscript | undefined,
  wave: Wave | undefined,
  film = 0,
): number {
  const spans = [
    ...[...lanes.speech, ...(lanes.speakers ?? [])].flatMap((lane) => lane.spans),
    ...[...(lanes.songs ?? []), ...(lanes.cues ?? [])].map(({ span }) => span),
    ...(transcript?.segments ?? []).map(spanOf),
  ];
  return spans.reduce((last, [, end]) => Math.max(last, end), Math.max(film, wave?.seconds ?? 0));
}

/** The files of the stages, by their names; collects what can't be read. */
class Folder {
  readonly notes: string[] = [];
  readonly #work: string;
  readonly #stages: readonly string[];

  constructor(work: string, stages: readonly string[]) {
    this.#work = work;
    this.#stages = stages;
  }

  /** The files of that name that are what they should be, in the order of their stages. */
  async documents<T>(name: string, kind: z.ZodType<T>): Promise<{ stage: string; document: T }[]> {
    const found = this.#stages.map(async (stage) => {
      const document = await this.#read(`${stage}/${name}`, async (path) =>
        kind.parse(JSON.parse(await readFile(path, 'utf8'))),
      );
      return document === undefined ? [] : [{ stage, document }];
    });
    return (await Promise.all(found)).flat();
  }

  /** The first sound of that name that can be shown. */
  async wave(name: string): Promise<Wave | undefined> {
    for (const stage of this.#stages) {
      const wave = await this.#read(`${stage}/${name}`, readWave);
      if (wave !== undefined) return wave;
    }
    return undefined;
  }

  async #read<T>(file: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
    try {
      return await read(join(this.#work, file));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      this.notes.push(`${file} can’t be shown: ${reasonOf(error)}.`);
      return undefined;
    }
  }
}

/** @throws `error` itself, where it isn't about the file */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is no JSON';
  if (error instanceof WaveProblem) return error.message;
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.map(String).join('.') || 'the file'} is wrong: ${issue?.message ?? ''}`;
  }
  if (error instanceof Error && 'code' in error) return `it can’t be read (${String(error.code)})`;
  throw error;
}
