import { installRan } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LOGS = 'dist/images';

/**
 * Looks into the logs of all builds since a moment. A build opens its log before BuildKit starts, so a log is there for
 * exactly what was built.
 * @param since milliseconds since 1970
 * @returns how many there are
 * @throws ProblemError `reinstalled` where an install step ran in one
 */
export function checkLogs(root: string, since: number): number {
  const folder = join(root, LOGS);
  const logs = (existsSync(folder) ? readdirSync(folder) : []).filter(
    (file) => file.endsWith('.log') && statSync(join(folder, file)).mtimeMs >= since,
  );
  const ran = logs.filter((file) => installRan(readFileSync(join(folder, file), 'utf8')));
  if (ran.length > 0)
    throw new ProblemError({
      code: 'reinstalled',
      message: `packages were installed again in ${ran.map((file) => file.replace('.log', '')).join(', ')}, which a patch day must not do`,
      file: `${LOGS}/${ran[0] ?? ''}`,
      mend:
        'see whether libs/installer, a lock or the builder moved with it (git diff); where it is only that the builder had lost them ' +
        '(a fresh machine, a full disk) it has them now: undo it as told above, then run it again',
    });
  return logs.length;
}
