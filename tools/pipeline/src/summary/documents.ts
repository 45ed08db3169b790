import { z } from 'zod';

/**
 * What the summary reads of the stages' files (libs/shared-py/src/stagekit/documents.py; what it doesn't show is left
 * out). Times are seconds of the film.
 */
const seconds = z.number().nonnegative();
const span = { start: seconds, end: seconds };
const ordered = ({ start, end }: { start: number; end: number }): boolean => end >= start;
const BACKWARD = { path: ['end'], error: 'it is before start' };

export const METADATA = z.object({ source: z.string(), duration: seconds });

export const SPEECH = z.object({ segments: z.array(z.object(span).refine(ordered, BACKWARD)) });

export const DIARIZATION = z.object({
  speakers: z.array(z.string()),
  segments: z.array(z.object({ ...span, speaker: z.string() }).refine(ordered, BACKWARD)),
});

export const SONGS = z.object({
  segments: z.array(
    z.object({ ...span, score: z.number(), reasons: z.array(z.string()) }).refine(ordered, BACKWARD),
  ),
});

export const SUBTITLES = z.object({
  language: z.string(),
  cues: z.array(
    z
      .object({
        ...span,
        lines: z.array(z.string()),
        speaker: z.string().nullish(),
        song: z.boolean().default(false),
      })
      .refine(ordered, BACKWARD),
  ),
});

const change = z.object({
  by: z.string(),
  before: z.string(),
  after: z.string(),
  score: z.number().nullish(),
  reason: z.string(),
});

export const TRANSCRIPT = z.object({
  language: z.string(),
  spoken: z.string(),
  segments: z.array(z.object({ ...span, changes: z.array(change).default([]) }).refine(ordered, BACKWARD)),
});

export const MOVIE_METADATA = z.object({
  movie: z.object({ title: z.string(), year: z.number().nullish() }).nullable(),
});
