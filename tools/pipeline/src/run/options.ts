import { ProblemError } from '@cp-whisperx-app/problem';
import { statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';

/** What `pipeline:run` is given; src/executors/run/schema.json says what each means. */
export interface GivenOptions {
  readonly input?: string | undefined;
  readonly work?: string;
  readonly output?: string;
  readonly config?: string;
  readonly skip?: string;
  readonly until?: string;
  readonly offline: boolean;
  readonly network: string;
  readonly device: 'auto' | 'cpu' | 'gpu';
  readonly models: string;
  readonly force: boolean;
}

/** The options of a run, looked at: paths are absolute, and what is read is there. */
export interface RunOptions {
  readonly film: string;
  readonly work: string;
  readonly output?: string | undefined;
  readonly config?: string | undefined;
  readonly skip: readonly string[];
  readonly until?: string | undefined;
  readonly offline: boolean;
  readonly network: string;
  readonly device: 'auto' | 'cpu' | 'gpu';
  /** What is mounted on /models: a volume of the engine, or a folder. */
  readonly models: { readonly type: 'volume' | 'bind'; readonly source: string };
  readonly force: boolean;
}

/**
 * Looks at the options of a run.
 * @param cwd folder that relative paths start from
 * @throws ProblemError for a film, settings or models that aren't there
 */
export function readOptions(given: GivenOptions, cwd: string): RunOptions {
  if (given.input === undefined)
    throw new ProblemError({
      code: 'no-film',
      message: 'no film is named',
      mend: 'npx nx run pipeline:run --input film.mkv',
    });
  const film = resolve(cwd, given.input);
  const config = given.config === undefined ? undefined : resolve(cwd, given.config);
  const isFolder = given.models.includes('/');
  const models = isFolder ? resolve(cwd, given.models) : given.models;
  if (!isThere(film, 'isFile')) missing('film', film, 'name a file with --input');
  if (config !== undefined && !isThere(config, 'isFile'))
    missing('settings file', config, 'name a file with --config, or leave it out');
  if (isFolder && !isThere(models, 'isDirectory'))
    missing('folder of models', models, 'make it, or name a volume: --models cp-whisperx-models');
  const { offline, network, device, force, until } = given;
  return {
    ...{ film, config, until, offline, network, device, force },
    work: resolve(cwd, given.work ?? join('work', basename(film, extname(film)))),
    output: given.output === undefined ? undefined : resolve(cwd, given.output),
    skip: (given.skip ?? '').split(',').filter((name) => name !== ''),
    models: { type: isFolder ? 'bind' : 'volume', source: models },
  };
}

/** The command that goes on with a run: the same, but for what is done not being done again. Pure. */
export function resumeCommand(given: GivenOptions, project: string): string {
  const { input, work, output, config, skip, until, offline, network, device, models } = given;
  const options = Object.entries({
    ...{ input, work, output, config, skip, until },
    ...(network === 'bridge' ? {} : { network }),
    ...(device === 'auto' ? {} : { device }),
    ...(models === 'cp-whisperx-models' ? {} : { models }),
  }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, quoted(value)]));
  return ['npx', 'nx', 'run', `${project}:run`, ...options, ...(offline ? ['--offline'] : [])].join(' ');
}

const quoted = (text: string): string =>
  /^[\w./:,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

const isThere = (path: string, kind: 'isFile' | 'isDirectory'): boolean =>
  statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false;

function missing(what: string, path: string, mend: string): never {
  throw new ProblemError({ code: 'missing-file', message: `there is no ${what} ${path}`, mend });
}
