import type { Problem } from '@cp-whisperx-app/problem';

interface Rule {
  readonly code: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly mend: string;
}

const ENGINE_RULES: readonly Rule[] = [
  {
    code: 'no-docker',
    pattern: /spawn docker ENOENT/,
    message: 'there is no docker client on PATH',
    mend: 'install Docker, or run "make engine" on Debian or Ubuntu',
  },
  {
    code: 'no-engine',
    pattern:
      /cannot connect to the docker daemon|is the docker daemon running|error during connect|failed to connect to the docker api/i,
    message: 'no container engine answers',
    mend: 'start Docker, or run "make engine" on Debian or Ubuntu; a remote one is named by DOCKER_HOST',
  },
  {
    code: 'no-buildx',
    pattern: /unknown command: docker buildx|'buildx' is not a docker command|buildx is required/i,
    message: 'docker has no buildx plugin',
    mend: 'install the docker-buildx plugin, or run "make engine" on Debian or Ubuntu',
  },
  {
    code: 'engine-permission',
    pattern: /permission denied while trying to connect to the docker/i,
    message: 'this user may not use the container engine',
    mend: 'add the user to the docker group, or use a rootless engine',
  },
];

const BUILD_RULES: readonly Rule[] = [
  {
    code: 'registry-denied',
    pattern:
      /^(?:#\d+ )?ERROR: .*failed to push .*(?:denied|authorization failed|40[135] |unauthorized|forbidden|: unsupported: )/im,
    message: 'the registry does not let this account push',
    mend: 'docker login with an account that may push; to use the registry for reading alone unset NX_IMAGES_PUBLISH',
  },
  {
    code: 'registry-push-failed',
    pattern: /^(?:#\d+ )?ERROR: .*failed to push /m,
    message: 'the registry did not take what was built',
    mend: 'see what the registry says (its log tells more), then run the same again: what arrived is not sent again',
  },
  {
    code: 'not-in-context',
    pattern: /failed to calculate checksum of ref .*: not found/,
    message: 'a file that it copies or mounts is not in the build context',
    mend: 'let it through in the .dockerignore beside that Dockerfile; a missing lock: npx nx sync',
  },
  {
    code: 'disk-full',
    pattern: /no space left on device|disk quota exceeded/i,
    message: 'the disk of the engine is full',
    mend: 'docker buildx prune -a, docker image prune -a; "docker system df" tells what takes the room',
  },
  {
    code: 'registry-certificate-refused',
    pattern: /failed to verify certificate: x509/i,
    message: 'the engine refuses the certificate of a registry: TLS is probably intercepted by a proxy',
    mend: "add the proxy's CA to the certificates of the engine's machine, then restart the engine",
  },
  {
    code: 'certificate-refused',
    pattern:
      /x509: certificate|certificate verify failed|invalid peer certificate|unable to get local issuer/i,
    message:
      'a certificate was refused: TLS is probably intercepted by a proxy whose CA the build does not know',
    mend: 'NX_IMAGES_SECRET_CA=/path/to/ca-certificates.crt (the whole bundle of this machine), then build again',
  },
  {
    code: 'wrong-platform',
    pattern: /exec format error|no match for platform/i,
    message: 'the image is of another platform than the engine can run',
    mend: 'use an engine that runs linux/amd64 (docker run --privileged tonistiigi/binfmt --install amd64)',
  },
  {
    code: 'secret-missing',
    pattern: /failed to stat .*no such file|secret \S+: not found/i,
    message: 'a file that the build may read as a secret is not there',
    mend: 'correct NX_IMAGES_SECRET_… or SSL_CERT_FILE, or unset it',
  },
  {
    code: 'registry-unreachable',
    pattern: /failed to resolve source metadata for|failed to do request: (?:Head|Get)/i,
    message: 'an external image can not be had from its registry',
    mend: 'check the network; with a mirror set NX_IMAGES_ARG_ROOT and NX_IMAGES_ARG_BUILDER; without one "make root"',
  },
  {
    code: 'index-unreachable',
    pattern:
      /error sending request for url|failed to fetch|failed to establish a new connection|temporary failure (?:in name resolution|resolving)|could not resolve|could not connect|unable to connect|dns error/i,
    message: 'a package index can not be reached from the build',
    mend: 'check the network of the engine; an own index is given by NX_IMAGES_SECRET_INDEX (docs/build.md)',
  },
];

/** What a failed call of the docker client means. */
export function explainEngineFailure(stderr: string): Problem {
  return (
    matching(ENGINE_RULES, stderr) ?? {
      code: 'engine-error',
      message: lastLines(stderr, 3),
      mend: 'see the message of the engine',
    }
  );
}

/**
 * What a failed build means: the cause, and the line of the Dockerfile with the last output of its step.
 * @param log everything the build printed, as BuildKit's plain progress
 */
export function explainBuildFailure(
  log: string,
  image: { readonly name: string; readonly dockerfile: string },
): Problem {
  const known = matching([...ENGINE_RULES.slice(1), ...BUILD_RULES], failureIn(log));
  const failing = /^[^\s:]*Dockerfile[^\s:]*:(\d+)$/m.exec(log)?.[1];
  const output = failedOutput(log);
  return {
    code: known?.code ?? 'build-failed',
    message: `${image.name} was not built: ${known?.message ?? 'an instruction failed'}${output === '' ? '' : `\n${output}`}`,
    file: image.dockerfile,
    line: failing === undefined ? undefined : Number(failing),
    mend: known?.mend ?? `mend that line, then: npx nx run ${image.name}:docker-build`,
  };
}

/**
 * What is wrong with an image that was built without an error: BuildKit labels it with the platform that was
 * asked for, also where its base is of another one, and only warns.
 */
export function foreignRoot(
  log: string,
  plan: { readonly image: string; readonly dockerfile: string; readonly platform: string },
): Problem | undefined {
  const [, base, is] = /Base image (\S+) was pulled with platform "([^"]+)", expected/.exec(log) ?? [];
  if (base === undefined || is === undefined) return undefined;
  return {
    code: 'wrong-platform',
    message: `${plan.image} is to be ${plan.platform}, but ${base} is ${is}`,
    file: plan.dockerfile,
    mend: `name a base for ${plan.platform}, or unset NX_IMAGES_PLATFORM`,
  };
}

function matching(rules: readonly Rule[], text: string): Problem | undefined {
  const rule = rules.find(({ pattern }) => pattern.test(text));
  return rule && { code: rule.code, message: rule.message, mend: rule.mend };
}

/** What the step that failed printed, and all that follows: other steps may warn of what did not fail. */
function failureIn(log: string): string {
  const error = /^(#\d+ )?ERROR: /m.exec(log);
  if (error === null) return log;
  const [, step = '\n'] = error;
  const printed = log.split('\n').filter((line) => line.startsWith(step));
  return [...printed, log.slice(error.index)].join('\n');
}

/** BuildKit repeats the output of the failed step between ` > [stage n/m] …:` and `------`. */
function failedOutput(log: string): string {
  const block = /^ > .*:\n([\s\S]*?)^------$/m.exec(log)?.[1];
  if (block)
    return block
      .split('\n')
      .slice(-12)
      .map((line) => `    ${line}`)
      .join('\n')
      .trimEnd();
  return `    ${/^ERROR: (.*)$/m.exec(log)?.[1] ?? lastLines(log, 3)}`;
}

const lastLines = (text: string, count: number): string =>
  text.trim().split('\n').slice(-count).join(' ') || 'docker failed without a word';
