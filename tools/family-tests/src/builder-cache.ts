import { run } from './engine.ts';

/** Ids of what the builder keeps from builds. */
export async function keptByBuilder(): Promise<readonly string[]> {
  const lines = (await run('docker', ['buildx', 'du', '--format', 'json'])).trim().split('\n');
  return lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { ID: string }).ID);
}

/** Removes what the builder keeps beside these: layers that only a test made would fill the disk, round by round. */
export async function forgetAllBut(ids: readonly string[]): Promise<void> {
  const known = new Set(ids);
  const made = (await keptByBuilder()).filter((id) => !known.has(id));
  if (made.length > 0)
    await run('docker', ['buildx', 'prune', '--all', '--force', '--filter', `id~=^(${made.join('|')})$`]);
}
