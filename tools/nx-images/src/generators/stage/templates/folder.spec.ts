import { readdirSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { stageFiles } from './folder.ts';

const IMAGES = resolve(import.meta.dirname, '../../../../../../images');
const STAGES = readdirSync(IMAGES).filter((name) => existsSync(join(IMAGES, name, 'stage.json')));

/** The lines of a file of a stage, without the modules that it has beside its script. */
const linesOf = (name: string, file: string): string[] =>
  readFileSync(join(IMAGES, name, file), 'utf8')
    .replace(new RegExp(`^(COPY .* ${name}\\.py) .*( /app/)$`, 'm'), '$1$2')
    .split('\n');

/** What a new stage of the same name, base and description would get. */
function generated(name: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(IMAGES, name, 'Dockerfile'), 'utf8');
  const find = (pattern: RegExp): string => [...text.matchAll(pattern)].at(-1)?.[1] ?? '';
  const image = find(/^FROM (\S+)/gm);
  const tag = find(/^# image: [^:]*:(.*)$/gm);
  return stageFiles({
    name,
    device: tag === 'cpu' ? 'cpu' : 'gpu',
    description: find(/description="(.*)"/g),
    builder: find(/^ARG BUILDER=(.*)$/gm),
    base: { project: 'base', image, tag },
  });
}

test('the family has stages', () => {
  expect(STAGES.length).toBeGreaterThan(0);
});

test.each(STAGES.flatMap((name) => [[name, 'Dockerfile'] as const, [name, '.dockerignore'] as const]))(
  "images/%s/%s has the lines of the generator's form, in its order",
  (name, file) => {
    let rest = linesOf(name, file);
    for (const line of generated(name)[file]?.split('\n') ?? ['']) {
      const at = rest.indexOf(line);
      expect(at, line).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at + 1);
    }
  },
);
