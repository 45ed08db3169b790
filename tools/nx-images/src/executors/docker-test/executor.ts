import type { ExecutorContext } from '@nx/devkit';
import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureImages } from '../../ensure.ts';
import { chainOf, type ImageGraph } from '../../model/graph.ts';
import { contextOf } from '../context.ts';
import { task } from '../task.ts';

/** Runs the tests of an image, after those of every image under it, inside the image. */
export default function dockerTest(
  { data }: { readonly data: string },
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const name = nx.projectName ?? '';
    const context = contextOf(nx);
    const images = testedImages(context.graph, name, nx.root);
    checkData(nx.root, data);
    const [ensured] = await ensureImages([name], 'engine', context);
    const folder = join(nx.root, dirname(context.graph.get(name)?.folder ?? ''));
    const code = await runDocker(
      testArguments(ensured?.plan.keyed ?? name, images, folder, join(nx.root, data)),
    );
    return code === 0;
  });
}

/**
 * The images whose tests hold for an image, root-most first.
 * @throws ProblemError when one of them has none: an image nobody tests passes everything
 */
export function testedImages(graph: ImageGraph, name: string, root: string): readonly string[] {
  const images = [...chainOf(graph, name)].reverse().concat(name);
  for (const image of images) {
    const folder = `${graph.get(image)?.folder ?? image}/tests`;
    if (!existsSync(join(root, folder)))
      throw new ProblemError({
        code: 'image-without-tests',
        message: `${folder} is missing, so nothing would show that ${image} works`,
        file: folder,
        mend: `write ${folder}/test_${image.replaceAll('-', '_')}.py (docs/testing.md)`,
      });
  }
  return images;
}

/** Docker would make a missing folder, empty and root's own. */
function checkData(root: string, data: string): void {
  if (!existsSync(join(root, data, 'run_tests.py')))
    throw new ProblemError({
      code: 'test-data-missing',
      message: `there is no run_tests.py in ${data}`,
      mend: 'npx nx run test-data:make',
    });
}

/** The hardest that an image must bear: a foreign user, nothing writable but /tmp, no network. Pure. */
export function testArguments(
  reference: string,
  images: readonly string[],
  folder: string,
  data: string,
): string[] {
  return [
    ...[
      'run',
      '--rm',
      '--network=none',
      '--read-only',
      '--tmpfs=/tmp:exec',
      '--cap-drop=ALL',
      '--user=12345:0',
      // Tests of several images run at once: threads of each that wait for the other's cores take most of the time.
      '--env=OMP_NUM_THREADS=1',
    ],
    `--volume=${folder}:/workspace/images:ro`,
    `--volume=${data}:/test-data:ro`,
    ...['--entrypoint=python', reference, '/test-data/run_tests.py', '/workspace/images', ...images],
  ];
}

/** Prints whole lines: beside other tasks each dot of pytest's would get one of its own. */
function runDocker(args: readonly string[]): Promise<number | null> {
  const child = spawn('docker', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => process.stdout.write(`${line}\n`));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
}
