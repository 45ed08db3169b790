import { expand, jsonStrings, pairArguments, parseDockerfile } from '@cp-whisperx-app/nx-images/api';

/** What a Dockerfile's last stage says of the image itself. */
export interface ImageFacts {
  /** What goes in and what comes out; empty where it isn't said. */
  readonly description: string;
  /** The words of its ENTRYPOINT; none where it has none, or one in the form of a shell. */
  readonly entrypoint: readonly string[];
}

/** Where an image says what it is for (OCI image specification, "Pre-Defined Annotation Keys"). */
const DESCRIPTION = 'org.opencontainers.image.description';

/** @throws ProblemError for a text that is no Dockerfile */
export function imageFacts(text: string, file: string): ImageFacts {
  const { instructions, directives } = parseDockerfile(text, file);
  const escape = directives.escape ?? '\\';
  const last = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === 'FROM'));
  const argsOf = (wanted: string): string[] =>
    last.filter(({ keyword }) => keyword === wanted).map(({ args }) => args);
  const labels = argsOf('LABEL')
    .flatMap((args) => pairArguments(args, escape))
    .map((pair) => pair.map((word) => expand(word, new Map(), escape)));
  return {
    description: labels.findLast(([name]) => name === DESCRIPTION)?.[1] ?? '',
    entrypoint: jsonStrings(argsOf('ENTRYPOINT').at(-1) ?? '') ?? [],
  };
}
