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
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULTS: ImagesOptions = {
  dockerfiles: 'images/*/Dockerfile',
  imageName: '{name}:{tag}',
  contexts: 'libs/{context}',
  platform: 'linux/amd64',
  buildArgs: {},
  secrets: {},
};

/** Environment variable of each plain option. It wins over nx.json. */
export const OPTION_VARIABLES = {
  dockerfiles: 'NX_IMAGES_DOCKERFILES',
  imageName: 'NX_IMAGES_IMAGE_NAME',
  contexts: 'NX_IMAGES_CONTEXTS',
  platform: 'NX_IMAGES_PLATFORM',
} as const;

/** `NX_IMAGES_ARG_ROOT` overrides `ARG ROOT`. */
export const argVariable = (arg: string): string => `NX_IMAGES_ARG_${arg}`;

const SECRET_PREFIX = 'NX_IMAGES_SECRET_';

/**
 * The plugin's options: defaults, then nx.json, then the environment.
 * @throws ProblemError when nx.json holds an unknown option or a value of the wrong type.
 */
export function resolveOptions(raw: unknown, env: Environment): ImagesOptions {
  const given = checkOptions(raw ?? {});
  const plain = Object.fromEntries(
    Object.entries(OPTION_VARIABLES).flatMap(([option, variable]) =>
      env[variable] ? [[option, env[variable]]] : [],
    ),
  );
  const ca = env['SSL_CERT_FILE'];
  const options = { ...DEFAULTS, ...given, ...plain };
  if (!options.imageName.includes('{name}')) badOption(`imageName "${options.imageName}" has no {name}`);
  return {
    ...options,
    buildArgs: { ...given.buildArgs, ...byPrefix(env, argVariable('')) },
    secrets: {
      ...(ca ? { ca } : {}),
      ...given.secrets,
      ...lowerKeys(byPrefix(env, SECRET_PREFIX)),
    },
  };
}

function checkOptions(raw: unknown): Partial<ImagesOptions> {
  if (!isPlainObject(raw)) badOption('the options are not an object');
  for (const [name, value] of Object.entries(raw) as [string, unknown][]) {
    const expected = Object.hasOwn(DEFAULTS, name) ? DEFAULTS[name as keyof ImagesOptions] : undefined;
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
