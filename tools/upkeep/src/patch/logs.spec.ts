import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { checkLogs } from './logs.ts';

const since = Date.parse('2026-11-28T12:00:00Z');
const installed = '#1 [deps 2/2] RUN sh /installer/install\n#1 DONE 12.0s\n';
const cached = '#1 [deps 2/2] RUN sh /installer/install\n#1 CACHED\n';

let root: string;
const log = (name: string, text: string, seconds: number): void => {
  const file = join(root, 'dist/images', name);
  writeFileSync(file, text);
  utimesSync(file, since / 1000 + seconds, since / 1000 + seconds);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'logs-'));
  mkdirSync(join(root, 'dist/images'), { recursive: true });
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
});

// Fails where the log of an earlier build, which did install, is taken for one of this run.
test('counts the logs of this run alone', () => {
  log('asr.log', cached, 1);
  log('demux.log', installed, -1);
  log('asr.json', installed, 1);
  expect(checkLogs(root, since)).toBe(1);
});

test('names every build in which an install step ran', () => {
  log('asr.log', installed, 1);
  log('mux.log', cached, 1);
  log('tmdb.python.log', installed, 2);
  expect(() => checkLogs(root, since)).toThrow(
    /^dist\/images\/asr\.log: packages were installed again in asr, tmdb\.python, which/,
  );
});

test('no log is no build', () => {
  rmSync(join(root, 'dist'), { recursive: true });
  expect(checkLogs(root, since)).toBe(0);
});
