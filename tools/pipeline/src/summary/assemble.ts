import type { z } from 'zod';
import type { Change, Cue, Speaker } from './data.ts';
import type { DIARIZATION, SUBTITLES, TRANSCRIPT } from './documents.ts';

export type ReadTranscript = z.output<typeof TRANSCRIPT>;

/** The speakers in their own order, each with its turns. */
export function speakersOf({ speakers, segments }: z.output<typeof DIARIZATION>): readonly Speaker[] {
  const names = [...new Set([...speakers, ...segments.map(({ speaker }) => speaker)])];
  const turns = names.map((name) => segments.filter(({ speaker }) => speaker === name));
  const seconds = turns.map((own) => own.reduce((sum, { start, end }) => sum + end - start, 0));
  const all = seconds.reduce((sum, one) => sum + one, 0);
  return names.map((name, index) => ({
    name,
    seconds: seconds[index] ?? 0,
    share: all === 0 ? 0 : (seconds[index] ?? 0) / all,
    spans: (turns[index] ?? []).map(({ start, end }) => [start, end]),
  }));
}

/** All changes of a transcript, each with the times of its segment. */
export function changesOf(transcript: ReadTranscript | undefined): readonly Change[] {
  return (transcript?.segments ?? []).flatMap(({ start, end, changes }) =>
    changes.map(({ score, ...change }) => ({ ...change, score: score ?? undefined, span: [start, end] })),
  );
}

/**
 * The cues, each with its changes. A segment may have become several cues, or a cue several segments: a change
 * belongs to the cues in its time whose text has what it wrote; where none has (it was broken between two, or changed
 * again), to all of them.
 */
export function cuesOf({ cues }: z.output<typeof SUBTITLES>, changes: readonly Change[]): readonly Cue[] {
  const owners = changes.map(({ span: [start, end], after }) => {
    const near = cues.flatMap((cue, index) => (cue.start < end && cue.end > start ? [index] : []));
    const having = near.filter((index) => cues[index]?.lines.join(' ').includes(after));
    return having.length > 0 ? having : near;
  });
  const of = new Map<number, number[]>();
  owners.forEach((indices, change) => {
    for (const cue of indices) of.set(cue, [...(of.get(cue) ?? []), change]);
  });
  return cues.map(({ start, end, lines, speaker, song }, index) => ({
    span: [start, end],
    lines,
    speaker: speaker ?? undefined,
    song,
    changes: of.get(index) ?? [],
  }));
}
