import { expect, test } from 'vitest';
import { layerSteps, stepsOf } from './steps.ts';

const image = (name: string, ...lines: readonly string[]): Parameters<typeof layerSteps>[0] => ({
  name,
  dockerfile: `images/${name}/Dockerfile`,
  text: lines.join('\n'),
});

const brief = (...lines: readonly string[]): readonly string[] =>
  layerSteps(image('x', ...lines)).map(({ text, line }) => `${line} ${text}`);

test.each<[what: string, lines: readonly string[], steps: readonly string[]]>([
  [
    'only the final stage, and of it what makes a layer',
    ['FROM a AS deps', 'RUN one', 'FROM b', 'ENV A=1', 'LABEL x=y', 'RUN two', 'USER 1', 'CMD ["a"]'],
    ['6 RUN two'],
  ],
  [
    'the stages that it stands on, first',
    ['FROM a AS Low', 'RUN one', 'FROM low AS mid', 'COPY a /a', 'FROM mid', 'RUN two'],
    ['2 RUN one', '4 COPY /a', '6 RUN two'],
  ],
  [
    'the root of the file system is no new folder',
    ['FROM a', 'WORKDIR /', 'WORKDIR /data'],
    ['3 WORKDIR /data'],
  ],
  [
    'flags and sources are left out, but for where from',
    ['FROM a', 'COPY --link --chmod=0755 --from=code /app /app', 'ADD ["a b", "/c d"]'],
    ['2 COPY --from=code /app', '3 ADD /c d'],
  ],
  ['a long step is cut', ['FROM a', `RUN ${'x'.repeat(80)}`], [`2 RUN ${'x'.repeat(55)}…`]],
  ['steps over several lines are one', ['FROM a', 'RUN a && \\', '  b'], ['2 RUN a && b']],
])('%s', (_, lines, steps) => {
  expect(brief(...lines)).toEqual(steps);
});

const GRAPH = new Map(
  [image('base', 'FROM root', 'RUN a', 'COPY b /b'), image('leaf', 'FROM base', 'COPY c /c')].map(
    (one) => [one.name, one] as const,
  ),
) as unknown as Parameters<typeof stepsOf>[3];

test('the last instruction made the last layer; what is left over is of the root image', () => {
  const { byLayer, root, shared } = stepsOf('leaf', ['base'], 5, GRAPH);
  expect(byLayer.map((step) => step && `${step.image}: ${step.text}`)).toEqual([
    undefined,
    undefined,
    'base: RUN a',
    'base: COPY /b',
    'leaf: COPY /c',
  ]);
  expect({ root, shared }).toEqual({ root: 2, shared: 4 });
  expect(stepsOf('base', [], 4, GRAPH)).toMatchObject({ root: 2, shared: 2 });
});

test('an image with fewer layers than its Dockerfiles make is refused', () => {
  expect(() => stepsOf('leaf', ['base'], 2, GRAPH)).toThrow('layers-unexpected');
});
