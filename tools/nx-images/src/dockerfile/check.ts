import { argArguments, checkHealthcheck, fromArguments, pairArguments, pathArguments } from './arguments.ts';
import type { Flag } from './flags.ts';
import { refuse } from './refuse.ts';
import { jsonStrings, splitFields } from './words.ts';

type Check = (args: string, escape: string) => unknown;

const needsOne: Check = (args) =>
  args === '' && refuse('arguments', 'an argument is needed', 'give one, or take the line out');

const volumes: Check = (args) => {
  const paths = jsonStrings(args) ?? splitFields(args);
  if (paths.length === 0 || paths.some((path) => path.trim() === ''))
    refuse('arguments', 'VOLUME needs paths, none of them empty', 'write VOLUME /path');
};

const shell: Check = (args) => {
  if ((jsonStrings(args)?.length ?? 0) === 0)
    refuse('arguments', 'SHELL takes the JSON form', 'write SHELL ["/bin/sh", "-c"]');
};

/** What the arguments of each instruction must be (frontend/dockerfile/instructions/parse.go). */
const CHECKS: Readonly<Record<string, Check>> = {
  ADD: pathArguments,
  ARG: argArguments,
  CMD: jsonStrings,
  COPY: pathArguments,
  ENTRYPOINT: jsonStrings,
  ENV: pairArguments,
  EXPOSE: needsOne,
  FROM: fromArguments,
  HEALTHCHECK: checkHealthcheck,
  LABEL: pairArguments,
  MAINTAINER: needsOne,
  ONBUILD: needsOne,
  RUN: jsonStrings,
  SHELL: shell,
  STOPSIGNAL: needsOne,
  USER: needsOne,
  VOLUME: volumes,
  WORKDIR: needsOne,
};

/** @throws ProblemError for a word that starts no instruction */
export function checkKeyword(keyword: string): void {
  if (!Object.hasOwn(CHECKS, keyword))
    refuse(
      'unknown-instruction',
      `unknown instruction "${keyword}"`,
      `use one of ${Object.keys(CHECKS).join(', ')}`,
    );
}

/** @throws ProblemError for arguments or values of flags that `keyword` can't have */
export function checkArguments(keyword: string, flags: readonly Flag[], args: string, escape: string): void {
  CHECKS[keyword]?.(args, escape);
  for (const { name, value } of flags) {
    const legal = VALUES[name];
    if (legal !== undefined && !legal.test(value))
      refuse('flag', `--${name} can't be "${value}"`, `give --${name} a value of its kind, or leave it out`);
  }
}

const DURATION = /^(?:\+?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+|\+?0|)$/;

const VALUES: Readonly<Record<string, RegExp>> = {
  network: /^(default|none|host)$/,
  security: /^(sandbox|insecure)$/,
  interval: DURATION,
  timeout: DURATION,
  'start-period': DURATION,
  'start-interval': DURATION,
  retries: /^(\+?\d+)?$/,
};
