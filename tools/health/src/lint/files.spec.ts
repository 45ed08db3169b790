import { optionsOf, readWorkspace } from '@cp-whisperx-app/nx-images/api';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readFamily } from './files.ts';

test.each<[what: string, target: string]>([
  ['to nothing', 'nowhere'],
  ['to a folder', 'folder'],
  ['to a program', 'program'],
])('a link of the build context %s is a link, and no program', (_, target) => {
  const root = mkdtempSync(join(tmpdir(), 'lint-files-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  const folder = join(root, 'images/x');
  mkdirSync(join(folder, 'folder'), { recursive: true });
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(folder, '.dockerignore'), 'Dockerfile\n.dockerignore\n');
  writeFileSync(join(folder, 'program'), '#!/bin/sh\n');
  symlinkSync(target, join(folder, 'link'));
  const options = optionsOf({});
  const { graph } = readWorkspace(root, ['images/x/Dockerfile'], options);
  const subject = readFamily(root, graph, options).get('x');
  expect([...(subject?.files ?? [])].sort()).toEqual(['link', 'program']);
  expect([...(subject?.scripts.keys() ?? [])]).toEqual(['program']);
});
