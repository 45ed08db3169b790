import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { tempFolder } from './folders.ts';

/** What the stub answers to a call whose arguments begin so. */
export interface Reply {
  readonly to: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
}

/**
 * Puts a program `docker` that knows these answers on PATH, alone, until the test's `vi.unstubAllEnvs()`.
 * Undefined: a PATH without docker.
 * @returns the calls so far, arguments joined by blanks
 */
export function stubDocker(replies: readonly Reply[] | undefined): () => readonly string[] {
  const folder = tempFolder();
  const calls = join(folder, 'calls');
  vi.stubEnv('PATH', folder);
  if (replies !== undefined) {
    const program = join(folder, 'docker');
    writeFileSync(
      program,
      `#!${process.execPath}
const args = process.argv.slice(2).join(' ');
require('node:fs').appendFileSync(${JSON.stringify(calls)}, args + '\\n');
const reply = ${JSON.stringify(replies)}.find(({ to }) => args.startsWith(to));
if (reply === undefined) throw new Error('the stub has no answer to: docker ' + args);
process.stdout.write(reply.stdout ?? '');
process.stderr.write(reply.stderr ?? '');
process.exitCode = reply.code ?? 0;
`,
    );
    chmodSync(program, 0o755);
  }
  return () => (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []);
}
