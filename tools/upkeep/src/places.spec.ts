import { optionsOf, readWorkspace, type ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { expect, test } from 'vitest';
import { imagesOf, locksIn } from './places.ts';
import { allowedIn, systemImages } from './vulnerabilities/places.ts';

const ROOT = `python:3.11@sha256:${'a'.repeat(64)}`;

const FILES = {
  'images/low/Dockerfile': `# image: low:1\nFROM ${ROOT} AS deps\nRUN true\nFROM ${ROOT}\n`,
  'images/low/requirements.lock': 'low',
  'images/mid/Dockerfile': `# image: mid:1\nFROM ${ROOT} AS deps\nRUN true\nFROM low:1\nCOPY --link --from=deps /opt /opt\n`,
  'images/mid/requirements.lock': 'mid',
  'images/high/Dockerfile': '# image: high:1\nFROM mid:1\nRUN apt-get install x\n',
  'images/other/Dockerfile': '# image: other:1\nFROM low:1\n',
  'libs/installer/uv.lock': 'uv',
  'libs/installer/install': 'no lock',
  'tools/checks/go.lock': 'go',
  'tools/nothing/README.md': '',
};

function family(): { readonly root: string; readonly graph: ImageGraph } {
  const root = tempFolder();
  writeFiles(root, FILES);
  const dockerfiles = Object.keys(FILES).filter((file) => file.endsWith('Dockerfile'));
  return { root, graph: readWorkspace(root, dockerfiles, optionsOf({})).graph };
}

test('locks of images, of the installer and of tools', () => {
  const { root, graph } = family();
  expect(Object.fromEntries(locksIn(root, graph))).toEqual({
    'images/low/requirements.lock': 'low',
    'images/mid/requirements.lock': 'mid',
    'libs/installer/uv.lock': 'uv',
    'tools/checks/go.lock': 'go',
  });
});

test('Debian packages are where an image stands on the root, or its last stage runs a step', () => {
  expect(systemImages(family().graph)).toEqual(['low', 'high']);
});

test.each([
  ['images/low/requirements.lock', ['low', 'mid', 'high', 'other']],
  ['images/mid/requirements.lock', ['mid', 'high']],
  ['other', ['other']],
  ['tools/checks/go.lock', []],
])('what %s has, these images have: %j', (place, images) => {
  expect([...imagesOf(family().graph)(place)].sort()).toEqual([...images].sort());
});

test('where nothing is borne, no list is needed', () => {
  expect(allowedIn(family().root)).toBe('');
});
