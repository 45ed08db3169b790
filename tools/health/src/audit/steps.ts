import {
  jsonStrings,
  parseDockerfile,
  type ImageGraph,
  type LinkedImage,
} from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';

/** The instruction that made a layer. */
export interface Step {
  /** In short: `RUN sh /system/install`, `COPY --from=code /app`. */
  readonly text: string;
  readonly file: string;
  /** 1-based */
  readonly line: number;
  /** The image whose Dockerfile has it. */
  readonly image: string;
}

/** Which instruction made which layer of an image. */
export interface Steps {
  /** By layer, root first; undefined for those of the root image. */
  readonly byLayer: readonly (Step | undefined)[];
  /** How many layers are those of the root image. */
  readonly root: number;
  /** How many layers are those of the image under it; of the root image, where it stands on that. */
  readonly shared: number;
}

/**
 * Matches the layers of an image with the Dockerfiles of its chain: the last instruction made the last layer. Pure.
 * @param chain names of the images under it, nearest first
 * @throws ProblemError `layers-unexpected` when there are fewer layers than instructions
 */
export function stepsOf(name: string, chain: readonly string[], layers: number, graph: ImageGraph): Steps {
  const own = (one: string): readonly Step[] => {
    const image = graph.get(one);
    return image === undefined ? [] : layerSteps(image);
  };
  const steps = [...chain].reverse().concat(name).flatMap(own);
  const root = layers - steps.length;
  if (root < 0)
    throw new ProblemError({
      code: 'layers-unexpected',
      message: `the image has ${layers} layers, but the Dockerfiles of its chain make ${steps.length}`,
      file: graph.get(name)?.dockerfile,
      mend: `build it again: npx nx run ${name}:docker-build --skip-nx-cache`,
    });
  return {
    byLayer: [...Array.from({ length: root }, () => undefined), ...steps],
    root,
    shared: layers - own(name).length,
  };
}

/**
 * The instructions that make a layer, of the final stage and of the stages that it stands on, in order.
 * Source: BuildKit, frontend/dockerfile/dockerfile2llb/convert.go: `commitToHistory` with a layer
 */
export function layerSteps({
  text,
  dockerfile: file,
  name,
}: Pick<LinkedImage, 'text' | 'dockerfile' | 'name'>): Step[] {
  const { instructions } = parseDockerfile(text, file);
  const stages: { name: string | undefined; base: string; steps: Step[] }[] = [];
  for (const { keyword, args, flags, line } of instructions) {
    const [base = '', , as] = args.split(/\s+/);
    if (keyword === 'FROM') stages.push({ name: as?.toLowerCase(), base: base.toLowerCase(), steps: [] });
    const from = flags.find((flag) => flag.name === 'from')?.value;
    const short = shortStep(keyword, args, from);
    if (short !== undefined) stages.at(-1)?.steps.push({ text: short, file, line, image: name });
  }
  const through = (index: number): Step[] => {
    const stage = stages[index];
    if (stage === undefined) return [];
    const under = stages.slice(0, index).findLastIndex((other) => other.name === stage.base);
    return [...through(under), ...stage.steps];
  };
  return through(stages.length - 1);
}

/** Longer steps are cut: characters. */
const LONGEST = 60;

/** The step in short; undefined when it makes no layer. */
function shortStep(keyword: string, args: string, from: string | undefined): string | undefined {
  const words = jsonStrings(args) ?? args.split(/\s+/);
  const place = from === undefined ? '' : `--from=${from} `;
  const said = keyword === 'COPY' || keyword === 'ADD' ? `${place}${words.at(-1) ?? ''}` : words.join(' ');
  const text = `${keyword} ${said}`;
  const makes = /^(RUN|COPY|ADD|WORKDIR (?!\/$))/.test(text);
  return makes ? (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text) : undefined;
}
