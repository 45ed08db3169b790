import type { ExecutorContext } from '@nx/devkit';
import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureImages } from '../../ensure.ts';
import { chainOf, type ImageGraph } from '../../model/graph.ts';
import { contextOf } from '../context.ts';

/** Runs the tests of an image, after those of every image under it, inside the image. */
export default async function dockerTest(
  { data }: { readonly data: string },
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const name = nx.projectName ?? '';
    const context = contextOf(nx);
    const folders = testFolders(context.graph, name, nx.root);
    const [ensured] = await ensureImages([name], context);
    const code = await runDocker(testArguments(ensured?.plan.keyed ?? name, folders, nx.root, join(nx.root, data)));
    return { success: code === 0 };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    console.error(`\n${error.message}\n`);
    return { success: false };
  }
}

/**
 * The test folders that hold for an image, those of its root-most base first.
 * @throws ProblemError when the image itself has none: an image nobody tests passes everything
 */
function testFolders(graph: ImageGraph, name: string, root: string): readonly string[] {
  const folders = [...chainOf(graph, name)].reverse().concat(name).map((image) => `${graph.get(image)?.folder ?? image}/tests`);
  const missing = folders.find((folder) => !existsSync(join(root, folder)));
  if (missing !== undefined)
    throw new ProblemError({
      code: 'image-without-tests',
      message: `${missing} is missing, so nothing would show that ${name} works`,
      file: missing,
      mend: `write ${missing}/test_${name.replaceAll('-', '_')}.py (docs/testing.md)`,
    });
  return folders;
}

/** The hardest way that an image must bear: a foreign user, nothing writable but /tmp, no network. Pure. */
export function testArguments(image: string, folders: readonly string[], root: string, data: string): string[] {
  return [
    ...['run', '--rm', '--network=none', '--read-only', '--tmpfs=/tmp:exec,mode=1777', '--cap-drop=ALL', '--user=12345:0'],
    `--volume=${root}/images:/workspace/images:ro`,
    `--volume=${data}:/test-data:ro`,
    '--env=PYTHONPATH=/app:/test-data/site',
    ...['--entrypoint=python', image, '-m', 'pytest', '-p', 'no:cacheprovider', '--quiet', '--import-mode=importlib'],
    ...folders.map((folder) => `/workspace/${folder}`),
  ];
}

function runDocker(args: readonly string[]): Promise<number | null> {
  const child = spawn('docker', args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
}
