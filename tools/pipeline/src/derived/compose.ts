import { INSIDE, networkOf, readsFilm, stageOptions, workFolders } from '../layout.ts';
import { FOLDERS, type Pipeline, type Stage } from '../model/pipeline.ts';
import { splitImage } from './image.ts';

/**
 * compose.yaml: a service for each stage. What takes a GPU, and what comes after it, has a second one for the profile
 * `gpu`: a service can't be other in another profile, and what it waits for must be there. Pure.
 * @param prefix what the names of all images begin with; `IMAGE_PREFIX` replaces it
 */
export function composeFile(pipeline: Pipeline, prefix: string): string {
  const twice = servicesForGpu(pipeline);
  const services = pipeline.flatMap((stage) => [
    service(stage, prefix, twice.has(stage.name)),
    ...(twice.has(stage.name) ? [serviceForGpu(stage, twice)] : []),
  ]);
  return [HEAD, foldersService(pipeline, prefix), ...services].join('\n');
}

/** Stages that take a GPU or come after one that does. */
function servicesForGpu(pipeline: Pipeline): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, device, after } of pipeline)
    if (device === 'gpu' || after.some((other) => names.has(other))) names.add(name);
  return names;
}

const HEAD = `# Made by "npx nx sync" from images/*/stage.json; docs/pipeline.md says how to run it.
name: cp-whisperx

x-stage: &stage
  user: \${UID:-1000}:\${GID:-1000}
  read_only: true
  cap_drop: [ALL]
  security_opt: ['no-new-privileges:true']
  tmpfs: ['/tmp:exec']
x-gpu: &gpu
  deploy:
    resources:
      reservations:
        devices: [{ driver: nvidia, count: all, capabilities: [gpu] }]
x-done: &done { condition: service_completed_successfully }
x-work: &work { type: bind, source: '\${WORK:-./work}', target: ${INSIDE.work}, bind: { create_host_path: false } }
x-film: &film
  type: bind
  source: \${FILM_FOLDER:-.}
  target: ${INSIDE.film}
  read_only: true
  bind: { create_host_path: false }
x-settings: &settings
  type: bind
  source: \${CONFIG:-./deploy/settings.toml}
  target: ${INSIDE.settings}
  read_only: true
  bind: { create_host_path: false }
x-models: &models { type: volume, source: models, target: ${INSIDE.models} }

volumes:
  models: { name: '\${MODELS:-cp-whisperx-models}' }

services:`;

/** The folders of the stages, made by the user who writes in them. */
const foldersService = (pipeline: Pipeline, prefix: string): string =>
  `  ${FOLDERS}:
    <<: *stage
    profiles: [cpu, gpu]
    image: ${pipeline[0] === undefined ? '' : imageOf(pipeline[0], prefix)}
    network_mode: none
    entrypoint: [mkdir, -p]
    command:
${workFolders(pipeline)
  .map((folder) => `      - ${folder}\n`)
  .join('')}    working_dir: ${INSIDE.work}
    volumes: [*work]
`;

function service(stage: Stage, prefix: string, twice: boolean): string {
  const { name, description, after, models, tokens } = stage;
  const variables = [...tokens, ...(models ? ['HF_HUB_OFFLINE'] : [])];
  const volumes = ['work', 'settings', ...(readsFilm(stage) ? ['film'] : []), ...(models ? ['models'] : [])];
  const options = [...stageOptions(stage, FILM), `--config=${INSIDE.settings}`];
  return [
    ...(description === '' ? [] : [`  # ${description}`]),
    `  ${name}:${twice ? ` &${name}` : ''}`,
    '    <<: *stage',
    `    profiles: [${twice ? 'cpu' : 'cpu, gpu'}]`,
    `    image: ${imageOf(stage, prefix)}`,
    ...(networkOf(stage) === 'none' ? ['    network_mode: none'] : []),
    '    command:',
    ...options.map((option) => `      - ${option}`),
    ...(variables.length === 0 ? [] : [`    environment: [${variables.join(', ')}]`]),
    `    volumes: [${volumes.map((volume) => `*${volume}`).join(', ')}]`,
    ...waitsFor(after),
    '',
  ].join('\n');
}

const serviceForGpu = ({ name, device, after }: Stage, twice: ReadonlySet<string>): string =>
  [
    `  ${name}-gpu:`,
    `    <<: ${device === 'gpu' ? `[*${name}, *gpu]` : `*${name}`}`,
    '    profiles: [gpu]',
    ...waitsFor(after.map((other) => (twice.has(other) ? `${other}-gpu` : other))),
    '',
  ].join('\n');

const waitsFor = (after: readonly string[]): string[] => [
  '    depends_on:',
  ...(after.length === 0 ? [FOLDERS] : after).map((other) => `      ${other}: *done`),
];

/** Compose replaces it, and says so where it isn't set. */
const FILM = '${FILM:?the name of the film in FILM_FOLDER}';

function imageOf({ image }: Stage, prefix: string): string {
  const { before, after } = splitImage(image, prefix);
  return `\${IMAGE_PREFIX:-${before}}${after}`;
}
