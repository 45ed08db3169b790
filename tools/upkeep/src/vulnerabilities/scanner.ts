import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Package } from './asked.ts';
import { question, readAnswer, type Hit } from './osv.ts';

/** Where vulnerabilities are looked up: OSV's service, or a folder that has `osv-scalibr/ECOSYSTEM/all.zip`. */
export type Database = 'osv.dev' | { readonly folder: string };

/** Gets the kept scanner where it isn't there. @returns its path @throws ProblemError `no-scanner` */
export async function getScanner(root: string): Promise<string> {
  const script = 'tools/checks/osv-scanner.sh';
  const { code, stdout, stderr } = await run(join(root, script), []);
  const program = stdout.trim();
  if (code === 0 && existsSync(program)) return program;
  throw new ProblemError({
    code: 'no-scanner',
    message: `there is no osv-scanner\n${lastLines(stderr)}`,
    file: script,
    mend: 'build it where Go modules can be fetched: tools/checks/osv-scanner.sh; or put an osv-scanner of that version on PATH',
  });
}

/**
 * Asks the scanner for known vulnerabilities of packages. It never says "none" without having looked: see `readAnswer`.
 * @throws ProblemError `scanner-failed`, `scanner-answer`, `scanner-blind`, `no-database`
 */
export async function scan(
  program: string,
  packages: readonly Package[],
  database: Database,
): Promise<readonly Hit[]> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  try {
    const [bill, config] = [join(folder, 'bom.cdx.json'), join(folder, 'osv-scanner.toml')];
    writeFileSync(bill, question(packages));
    // No osv-scanner.toml of another folder may leave something out.
    writeFileSync(config, '');
    const args = [
      'scan',
      'source',
      '--format=json',
      '--all-packages',
      `--config=${config}`,
      `--lockfile=${bill}`,
    ];
    const offline = database === 'osv.dev' ? [] : ['--offline'];
    const env = database === 'osv.dev' ? {} : { OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: folderOf(database) };
    const { code, stdout, stderr } = await run(program, [...args, ...offline], env);
    // 1: there are vulnerabilities, which the canaries have. Source: osv-scanner's docs, output.md, "Return Codes".
    if (code !== 1) throw failure(code, stderr);
    return readAnswer(stdout, packages);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function folderOf({ folder }: Exclude<Database, 'osv.dev'>): string {
  if (existsSync(join(folder, 'osv-scalibr'))) return folder;
  throw new ProblemError({
    code: 'no-database',
    message: `there is no ${folder}/osv-scalibr`,
    mend: 'put https://osv-vulnerabilities.storage.googleapis.com/ECOSYSTEM/all.zip there as osv-scalibr/ECOSYSTEM/all.zip, for PyPI and Debian',
  });
}

function failure(code: number, stderr: string): ProblemError {
  const said = lastLines(stderr);
  if (code === 0)
    return new ProblemError({
      code: 'scanner-blind',
      message: `the scanner found nothing, not even in packages that have known vulnerabilities\n${said}`,
      mend: 'give a whole database: --database DIR, or none where osv.dev can be reached',
    });
  return new ProblemError({
    code: 'scanner-failed',
    message: `the scanner ended with ${String(code)}\n${said}`,
    mend: 'where osv.dev can not be reached, look up in files: npx nx run images:audit-vulns --database DIR (docs/upkeep.md)',
  });
}

/** The last things that were said, indented. */
const lastLines = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .slice(-6)
    .map((line) => `    ${line}`)
    .join('\n');

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { maxBuffer: 256 * 1024 * 1024, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
        resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
      },
    );
  });
}
