import type { ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { readRequirements } from '@cp-whisperx-app/versions';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from './judge.ts';

/** Which images ask for what by name: Python distributions, and Debian packages. */
export interface AskedFor {
  readonly requirements: readonly Asked[];
  readonly system: readonly Asked[];
}

/** What the images of a workspace ask for. @throws ProblemError for a requirements.in that can't be read */
export function askedIn(root: string, graph: ImageGraph): AskedFor {
  const texts = (file: string): string =>
    existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
  const images = [...graph.values()];
  return {
    requirements: images.flatMap(({ name: image, folder }) => {
      const file = `${folder}/requirements.in`;
      return readRequirements(texts(file), file).direct.map(({ name, line }) => ({
        image,
        name,
        file,
        line,
      }));
    }),
    system: images.flatMap(({ name: image, folder }) => {
      const file = `${folder}/system/packages.list`;
      return texts(file)
        .split(/\r?\n/)
        .flatMap((text, index) => {
          const name = text.replace(/#.*/, '').trim();
          return name === '' ? [] : [{ image, name, file, line: index + 1 }];
        });
    }),
  };
}
