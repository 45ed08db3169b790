import type { RunRecord } from '../run-record.ts';

/** Seconds of the film: from, to. */
export type Span = readonly [start: number, end: number];

/** The loudness of the film over its time. */
export interface Wave {
  /** Of how many bins of the same length. */
  readonly bins: number;
  /** What the bins cover, from 0. */
  readonly seconds: number;
  /** Base64 of two signed bytes for each bin: its lowest and its highest sample, -127 to 127. */
  readonly peaks: string;
}

/** Where one stage hears speech. */
export interface SpeechLane {
  readonly by: string;
  readonly spans: readonly Span[];
}

/** One voice, and its turns. */
export interface Speaker {
  readonly name: string;
  /** Of all its turns. */
  readonly seconds: number;
  /** Of what all speakers say together, 0 to 1. */
  readonly share: number;
  readonly spans: readonly Span[];
}

/** A stretch that is sung or played. */
export interface Song {
  readonly span: Span;
  /** 0 to 1. */
  readonly score: number;
  readonly reasons: readonly string[];
}

/** What a stage changed in a text. */
export interface Change {
  readonly by: string;
  readonly before: string;
  readonly after: string;
  /** Likeness of both, 0 to 100. */
  readonly score?: number | undefined;
  readonly reason: string;
  /** Of the stretch of speech that it belongs to. */
  readonly span: Span;
}

/** One subtitle. */
export interface Cue {
  readonly span: Span;
  readonly lines: readonly string[];
  readonly speaker?: string | undefined;
  readonly song: boolean;
  /** Indices into `changes`. */
  readonly changes: readonly number[];
}

/** What the summary of one run shows. A lane that isn't there has no file, or one that nobody stands for. */
export interface SummaryData {
  readonly run: RunRecord;
  /** Of the film as TMDB knows it, else its file name. */
  readonly title: string;
  readonly year?: number | undefined;
  /** Seconds; everything on the page lies within it. 0 where nothing has times. */
  readonly duration: number;
  /** Of the speech and of the texts, as in `hi` and `en`. */
  readonly spoken?: string | undefined;
  readonly language?: string | undefined;
  readonly wave?: Wave | undefined;
  readonly speech: readonly SpeechLane[];
  readonly speakers?: readonly Speaker[] | undefined;
  readonly songs?: readonly Song[] | undefined;
  readonly cues?: readonly Cue[] | undefined;
  readonly changes: readonly Change[];
  /** Sentences: which files are there and can't be shown, and why. */
  readonly notes: readonly string[];
}
