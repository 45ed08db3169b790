import { writeWhole } from '@cp-whisperx-app/nx-images/api';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mainOutput } from '../layout.ts';
import type { Stage } from '../model/pipeline.ts';
import type { RunRecord } from '../run-record.ts';

/** Writes the record of a run, whole or not at all, to `run.json` in its folder. */
export function writeRecord(work: string, record: RunRecord): void {
  writeWhole(join(work, 'run.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** The most memory that a stage held, in bytes, as its manifest says; undefined where it doesn't. */
export function peakBytes(work: string, stage: Stage): number | undefined {
  try {
    const manifest = readFileSync(join(work, stage.name, `${mainOutput(stage)}.manifest.json`), 'utf8');
    const { peak_memory: peak } = JSON.parse(manifest) as { peak_memory?: unknown };
    return typeof peak === 'number' ? peak : undefined;
  } catch {
    return undefined;
  }
}
