import type { Pipeline, Stage } from './model/pipeline.ts';

/** Where things are inside of every container, whoever runs it: manifests name these places, so runs can be mixed. */
export const INSIDE = {
  /** The folder of one film: `/data/STAGE/FILE`. */
  work: '/data',
  /** The folder that the film lies in under its own name, which says its title. */
  film: '/film',
  models: '/models',
  settings: '/settings.toml',
} as const;

/** The options that give a stage its files. Pure. */
export function stageOptions({ name, inputs, outputs }: Stage, film: string): readonly string[] {
  return [
    ...inputs.map(({ option, from }) =>
      from === undefined
        ? `${option}=${INSIDE.film}/${film}`
        : `${option}=${INSIDE.work}/${from.stage}/${from.file}`,
    ),
    ...outputs.map(({ option, file }) => `${option}=${INSIDE.work}/${name}/${file}`),
  ];
}

/** Folders that must be there before the stages write, relative to that of the film. */
export const workFolders = (pipeline: Pipeline): readonly string[] => pipeline.map(({ name }) => name);

/** Whether a stage reads the film itself. */
export const readsFilm = ({ inputs }: Stage): boolean => inputs.some(({ from }) => from === undefined);

/** Why a stage is on a network: its own work, models that may have to be fetched, or not at all. */
export const networkOf = ({ network, models }: Stage): 'work' | 'models' | 'none' =>
  network ? 'work' : models ? 'models' : 'none';

/** File of a stage's --output. */
export const mainOutput = ({ outputs }: Stage): string =>
  outputs.find(({ option }) => option === '--output')?.file ?? '';
