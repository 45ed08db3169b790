import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineGpus } from './arguments.ts';

/** Seconds that a stage has to end by itself when it is stopped. */
const GRACE = 3;

/**
 * Runs a container to its end.
 * @param args of docker, that run a container of this name
 * @param onLine takes each line of its standard error
 * @param stop aborted: the container is stopped
 * @returns its exit code; docker's own are 125 to 127
 */
export async function runContainer(
  name: string,
  args: readonly string[],
  onLine: (line: string) => void,
  stop: AbortSignal,
): Promise<number> {
  const child = spawn('docker', args, { stdio: ['ignore', 'inherit', 'pipe'] });
  const lines = createInterface({ input: child.stderr }).on('line', onLine);
  const told = new Promise((resolve) => lines.on('close', resolve));
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve(code ?? 1);
    });
  });
  const stopping = stopOn(stop, name, ended);
  const code = await ended;
  await Promise.all([told, stopping]);
  return code;
}

/** A container that isn't there yet can't be stopped, so this goes on until its client has ended. */
async function stopOn(stop: AbortSignal, name: string, ended: Promise<unknown>): Promise<void> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    onAbort = () => {
      resolve('aborted');
    };
    if (stop.aborted) onAbort();
  });
  stop.addEventListener('abort', onAbort);
  const over = ended.then(
    () => 'over' as const,
    () => 'over' as const,
  );
  let next: 'over' | 'aborted' | 'again' = await Promise.race([over, aborted]);
  while (next !== 'over') {
    await docker(['stop', `--time=${GRACE}`, name]);
    next = await Promise.race([over, sleep(200, 'again' as const)]);
  }
  stop.removeEventListener('abort', onAbort);
}

/** What the engine can give of GPUs; nothing where it does not say. */
export async function engineGpus(): Promise<EngineGpus> {
  const text = await docker(['info', '--format', '{{json .}}']);
  const info = (text === '' ? {} : JSON.parse(text)) as {
    Runtimes?: Record<string, unknown> | null;
    DiscoveredDevices?: { ID: string }[] | null;
  };
  return {
    runtimes: Object.keys(info.Runtimes ?? {}),
    devices: (info.DiscoveredDevices ?? []).map(({ ID }) => ID),
  };
}

/** Standard output; empty where it fails. */
const docker = (args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile('docker', args, (error, stdout) => {
      resolve(error === null ? stdout : '');
    });
  });
