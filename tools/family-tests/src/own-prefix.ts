import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run, workspace } from './engine.ts';
import { PREFIX } from './family.ts';

/** Gives the family in a copy of the workspace another prefix, by the commands of docs/adapt.md: its images are not ours. */
export async function renameFamily(copy: string, prefix: string): Promise<void> {
  const text = readFileSync(join(workspace, 'docs/adapt.md'), 'utf8');
  const [, commands = ''] = /^( {4}old=\S+ new=\S+\n(?: {4}.*\n)+)/m.exec(text) ?? [];
  if (!commands.includes(`old=${PREFIX} `))
    throw new Error('docs/adapt.md has no command for another prefix');
  await run('bash', ['-euo', 'pipefail', '-c', commands.replace(/new=\S+/, `new=${prefix}`)], copy);
}

/** Names of all images of that prefix in the engine. */
export async function tagsOf(prefix: string): Promise<readonly string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const filter = `reference=${dirname(prefix)}/*`;
  const list = await run('docker', ['image', 'ls', '--filter', filter, '--format', format]);
  return list.split('\n').filter((tag) => tag.startsWith(prefix));
}

/** Removes all images of that prefix from the engine; layers that others have stay. */
export async function removeImages(prefix: string): Promise<void> {
  const tags = await tagsOf(prefix);
  if (tags.length > 0) await run('docker', ['image', 'rm', ...tags]);
}
