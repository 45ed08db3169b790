import { ProblemError } from '@cp-whisperx-app/problem';

/** What the plugin may be told in nx.json; docs/build.md has the table. */
export interface ImagesOptions {
  /** Glob of the Dockerfiles, one folder an image. */
  readonly dockerfiles: string;
  /** Pattern of the images' names; `{name}` and `{tag}` come from the folder or from `# image: NAME:TAG`. */
  readonly imageName: string;
  /** Where a named build context of that name lies; `{context}` is the name. */
  readonly contexts: string;
  /** The one platform that is built. */
  readonly platform: string;
  /** Values for global `ARG`s, e.g. another root; given only to Dockerfiles that declare them. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Files for `RUN --mount=type=secret`, by id. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Registries that hold images by these keys, `HOST[/PATH]` with commas between; none when empty. */
  readonly registry: string;
  /** Whether results are wanted in the first registry, rather than in the engine. The environment alone says so. */
  readonly publish: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULTS: Omit<ImagesOptions, 'publish'> = {
  dockerfiles: 'images/*/Dockerfile',
  imageName: '{name}:{tag}',
  contexts: 'libs/{context}',
  platform: 'linux/amd64',
  buildArgs: {},
  secrets: {},
  registry: '',
};

/** Environment variable of each option that can change an image. It wins over nx.json. */
export const OPTION_VARIABLES = {
  dockerfiles: 'NX_IMAGES_DOCKERFILES',
  imageName: 'NX_IMAGES_IMAGE_NAME',
  contexts: 'NX_IMAGES_CONTEXTS',
  platform: 'NX_IMAGES_PLATFORM',
} as const;

/**
 * Where results are looked for and go. No input of any task: keys and task hashes are the same everywhere.
 * `down` is set by this plugin for the processes of one run, in which no registry answers.
 */
export const PLACE_VARIABLES = {
  registry: 'NX_IMAGES_REGISTRY',
  publish: 'NX_IMAGES_PUBLISH',
  down: 'NX_IMAGES_REGISTRY_DOWN',
} as const;

/** `NX_IMAGES_ARG_ROOT` overrides `ARG ROOT`. */
export const argVariable = (arg: string): string => `NX_IMAGES_ARG_${arg}`;

const SECRET_PREFIX = 'NX_IMAGES_SECRET_';

/** The environment variable that names the file of a secret, by its id. */
export const secretVariable = (id: string): string => SECRET_PREFIX + id.toUpperCase();

/**
 * The plugin's options: defaults, then nx.json, then the environment.
 * @throws ProblemError when nx.json holds an unknown option or a value of the wrong type, or a variable does.
 */
export function resolveOptions(raw: unknown, env: Environment): ImagesOptions {
  const given = checkOptions(raw ?? {});
  const plain = Object.fromEntries(
    Object.entries({ ...OPTION_VARIABLES, registry: PLACE_VARIABLES.registry }).flatMap(
      ([option, variable]) => (env[variable] ? [[option, env[variable]]] : []),
    ),
  );
  const ca = env['SSL_CERT_FILE'];
  const merged = { ...DEFAULTS, ...given, ...plain };
  const options = { ...merged, registry: listOf(merged.registry) };
  if (!options.imageName.includes('{name}')) badOption(`imageName "${options.imageName}" has no {name}`);
  const publish = readFlag(env, PLACE_VARIABLES.publish);
  if (publish && options.registry === '')
    badVariable(
      PLACE_VARIABLES.publish,
      'there is no registry to publish to',
      `set ${PLACE_VARIABLES.registry}=HOST[/PATH]`,
    );
  return {
    ...options,
    registry: env[PLACE_VARIABLES.down] && !publish ? '' : options.registry,
    publish,
    buildArgs: { ...given.buildArgs, ...byPrefix(env, argVariable('')) },
    secrets: {
      ...(ca ? { ca } : {}),
      ...given.secrets,
      ...lowerKeys(byPrefix(env, SECRET_PREFIX)),
    },
  };
}

/** The entries of a list, with commas between; `none` stands for no entry, where nx.json has some. */
const listOf = (text: string): string =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && entry !== 'none')
    .join();

function readFlag(env: Environment, variable: string): boolean {
  const value = env[variable] ?? '';
  if (!/^(true|1|false|0|)$/.test(value))
    badVariable(variable, `"${value}" is neither true nor false`, `set ${variable}=true, or unset it`);
  return value === 'true' || value === '1';
}

function badVariable(variable: string, message: string, mend: string): never {
  throw new ProblemError({ code: 'plugin-options', message: `${variable}: ${message}`, mend });
}

function checkOptions(raw: unknown): Partial<ImagesOptions> {
  if (!isPlainObject(raw)) badOption('the options are not an object');
  for (const [name, value] of Object.entries(raw) as [string, unknown][]) {
    const expected = Object.hasOwn(DEFAULTS, name) ? DEFAULTS[name as keyof typeof DEFAULTS] : undefined;
    if (expected === undefined) badOption(`nx-images has no option "${name}"`);
    else if (typeof expected === 'string' ? typeof value !== 'string' : !isRecord(value))
      badOption(
        `option "${name}" is not ${typeof expected === 'string' ? 'a string' : 'an object of strings'}`,
      );
  }
  return raw;
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRecord = (value: unknown): boolean =>
  isPlainObject(value) && Object.values(value).every((item) => typeof item === 'string');

function badOption(message: string): never {
  throw new ProblemError({
    code: 'plugin-options',
    message,
    file: 'nx.json',
    mend: `the options of nx-images are ${Object.keys(DEFAULTS).join(', ')} (docs/build.md)`,
  });
}

function byPrefix(env: Environment, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(prefix) && value ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

const lowerKeys = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
