import { basename } from 'node:path';
import { INSIDE, networkOf, readsFilm, stageOptions } from '../layout.ts';
import type { Stage } from '../model/pipeline.ts';
import type { RunOptions } from './options.ts';

/** What a container needs beside the options of its run. */
export interface Container {
  /** By which it can be stopped. */
  readonly name: string;
  /** Reference of the image. */
  readonly image: string;
  /** `UID:GID` of whoever runs the pipeline; undefined where the system has no such thing. */
  readonly user?: string | undefined;
  /** What gives a stage the GPUs, or keeps them from it. */
  readonly gpu: readonly string[];
  /** Names of the environment variables that are set. */
  readonly environment: ReadonlySet<string>;
}

/** The arguments of docker that run a stage: nothing writable but its folder, the models and /tmp. Pure. */
export function stageArguments(stage: Stage, options: RunOptions, container: Container): readonly string[] {
  const { film, work, config, models, offline, network, force } = options;
  const connected = stage.network || (stage.models && !offline);
  const tokens = stage.tokens.filter((variable) => container.environment.has(variable));
  const offlineModels = offline && networkOf(stage) !== 'work' ? ['--env=HF_HUB_OFFLINE=1'] : [];
  return [
    ...['run', '--rm', `--name=${container.name}`, '--pull=never'],
    `--network=${connected ? network : 'none'}`,
    ...['--read-only', '--tmpfs=/tmp:exec', '--cap-drop=ALL', '--security-opt=no-new-privileges'],
    ...(container.user === undefined ? [] : [`--user=${container.user}`]),
    ...(stage.device === 'gpu' ? container.gpu : []),
    mount('type=bind', `source=${work}`, `target=${INSIDE.work}`),
    ...(readsFilm(stage)
      ? [mount('type=bind', `source=${film}`, `target=${INSIDE.film}/${basename(film)}`, 'readonly')]
      : []),
    ...(stage.models
      ? [mount(`type=${models.type}`, `source=${models.source}`, `target=${INSIDE.models}`)]
      : []),
    ...(config === undefined
      ? []
      : [mount('type=bind', `source=${config}`, `target=${INSIDE.settings}`, 'readonly')]),
    ...tokens.map((variable) => `--env=${variable}`),
    ...offlineModels,
    container.image,
    ...stageOptions(stage, basename(film)),
    ...(config === undefined ? [] : [`--config=${INSIDE.settings}`]),
    ...(force ? ['--force'] : []),
    '--log-format=json',
  ];
}

/** A film's name may have commas and quotes: docker reads a mount as a line of CSV (RFC 4180). */
const mount = (...fields: readonly string[]): string =>
  `--mount=${fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join()}`;

/** What the engine can give of GPUs. */
export interface EngineGpus {
  /** Names of its OCI runtimes. */
  readonly runtimes: readonly string[];
  /** Names of the devices that its CDI specifications describe. */
  readonly devices: readonly string[];
}

/**
 * What gives a container the GPUs, or keeps them from it where NVIDIA's runtime is the engine's usual one. Pure.
 * `auto` takes them where the engine has NVIDIA's runtime or CDI devices.
 */
export function gpuArguments(
  device: RunOptions['device'],
  { runtimes, devices }: EngineGpus,
): readonly string[] {
  const runtime = runtimes.includes('nvidia');
  const all = 'nvidia.com/gpu=all';
  if (device === 'cpu' || (device === 'auto' && !runtime && !devices.includes(all)))
    return ['--env=NVIDIA_VISIBLE_DEVICES=void'];
  return !runtime && devices.includes(all) ? [`--device=${all}`] : ['--gpus=all'];
}
