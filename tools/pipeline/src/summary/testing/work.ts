import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RunRecord, StageRun } from '../../run-record.ts';

/** A work folder with these files, text or bytes or what becomes JSON. It goes when the test ends. */
export function workFolder(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'work-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const plain = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(join(folder, name), plain ? content : JSON.stringify(content));
  }
  return folder;
}

/** A run in which the stages ended so; the others of `order` are done. */
export function runOf(
  order: readonly string[],
  states: Readonly<Record<string, StageRun['state']>> = {},
): RunRecord {
  const stages = order.map((stage) => ({ stage, state: states[stage] ?? 'done', seconds: 1 }));
  return { film: 'film.mkv', started: '2025-11-18T19:04:11Z', seconds: 12, stages };
}
