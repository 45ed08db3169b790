import {
  optionsOf,
  readWorkspace,
  type ImageGraph,
  type Layer,
  type Receipt,
} from '@cp-whisperx-app/nx-images/api';
import { planWith } from '@cp-whisperx-app/nx-images/testing/plan';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Family, Found } from '../assemble.ts';

const FROM = `FROM python:3@sha256:${'1'.repeat(64)}`;

/** In megabytes: what each Dockerfile makes, the root's layer being `root`. */
const IMAGES: readonly (readonly [
  name: string,
  dockerfile: string,
  layers: Readonly<Record<string, number>>,
])[] = [
  [
    'base',
    `# image: base:cpu\n${FROM}\nRUN apt\nCOPY --chmod=0755 --from=x /opt /opt`,
    { root: 100, apt: 300, common: 200 },
  ],
  [
    'ml',
    '# image: ml:cuda\nFROM o/app-base:cpu\nENV NVIDIA_VISIBLE_DEVICES=all\nCOPY --chmod=0755 --from=x /opt /opt',
    { torch: 3000 },
  ],
  [
    'asr',
    '# image: asr:cuda\nFROM o/app-ml:cuda\nCOPY --chmod=0755 --from=x /opt /opt\nCOPY --chmod=0755 --from=x /app /app',
    { speech: 600, asr: 1 },
  ],
  [
    'vad',
    '# image: vad:cuda\nFROM o/app-ml:cuda\nCOPY --chmod=0755 --from=x /opt /opt\nCOPY --chmod=0755 --from=x /app /app',
    { speech: 600, vad: 2 },
  ],
  ['mux', '# image: mux:cpu\nFROM o/app-base:cpu\nCOPY --chmod=0755 --from=x /app /app', { mux: 50 }],
];
const X = `FROM python:3@sha256:${'1'.repeat(64)} AS x`;
const MB = 1e6;

/** What was read of the layers: packages in megabytes. */
const PACKAGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ...{ root: {}, apt: {}, asr: {}, vad: {}, mux: {} },
  common: { numpy: 60, scipy: 120 },
  torch: { torch: 2000, triton: 900 },
  speech: { whisper: 600 },
};

/** A family of five: root ← base ← mux; base ← ml ← asr, vad. Of the last two, both have the layer `speech`. */
export function sampleFamily(change: (name: string, found: Found) => Found = (_, found) => found): Family {
  const graph = graphOf();
  const whole = new Map<string, readonly Layer[]>();
  const found = IMAGES.map(([name, , own]) => {
    const base = graph.get(name)?.base;
    const layers = [
      ...(whole.get(base ?? '') ?? []),
      ...Object.entries(own).map(([diffId, size]) => ({ diffId, size: size * MB })),
    ];
    whole.set(name, layers);
    const receipt: Receipt = {
      ...{ schema: 2, name, image: `o/app-${name}`, key: `key of ${name}`, places: {} },
      layers,
      inputs: planWith().inputs,
    };
    const one: Found = {
      ...{ key: receipt.key, receipt, seconds: 1.8 },
      ...{ built: '2026-11-27T10:00:00Z', places: ['engine'] },
    };
    return [name, change(name, one)] as const;
  });
  return {
    made: '2026-11-28T12:00:00Z',
    graph,
    found: new Map(found),
    packages: new Map(
      Object.entries(PACKAGES).map(([diffId, packages]) => [
        diffId,
        Object.entries(packages).map(([name, bytes]) => ({
          name,
          version: '1.0',
          folder: '',
          bytes: bytes * MB,
        })),
      ]),
    ),
    unanswered: [],
  };
}

function graphOf(): ImageGraph {
  const root = mkdtempSync(join(tmpdir(), 'report-'));
  try {
    for (const [name, text] of IMAGES) {
      mkdirSync(join(root, 'images', name), { recursive: true });
      const withStage = text.includes(FROM)
        ? text.replace(FROM, `${X}\n${FROM}`)
        : text.replace('\nFROM', `\n${X}\nFROM`);
      writeFileSync(join(root, 'images', name, 'Dockerfile'), withStage);
    }
    const plugin = '@cp-whisperx-app/nx-images';
    const options = optionsOf({ plugins: [{ plugin, options: { imageName: 'o/app-{name}:{tag}' } }] });
    return readWorkspace(
      root,
      IMAGES.map(([name]) => `images/${name}/Dockerfile`),
      options,
    ).graph;
  } finally {
    rmSync(root, { recursive: true });
  }
}
