import { describe, expect, it } from 'vitest';
import { conflictProblem } from './conflict.ts';
import { readRequirements } from './requirements.ts';
import { readVersions } from './versions.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const versions = readVersions(`# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: python:3.11@${digest}
# builder: python:3.11@${digest}
uv==0.9.10
numpy==2.0.2
scipy==1.12.0
torch==2.1.0
pyannote.audio==3.4.0
`);
const dist = (name: string, version: string) => ({ name, version, hashes: [] });
const chain = [
  {
    image: 'base-cpu',
    distributions: [dist('numpy', '2.0.2'), dist('rich', '14.2.0')],
  },
  { image: 'base-ml', distributions: [dist('huggingface-hub', '0.36.0')] },
];

// The reasons are uv 0.9.10's own words.
describe('conflictProblem', () => {
  it.each([
    [
      'a version of the image against its base',
      'whisperx\nnumpy==1.26.4',
      'Because you require numpy==1.26.4 and numpy==2.0.2, we can conclude that your requirements are unsatisfiable.',
      'asr asks for numpy==1.26.4, but its base base-cpu has numpy 2.0.2',
      2,
    ],
    [
      'a range of the image against its base',
      'numpy<2',
      'Because you require numpy<2 and numpy==2.0.2, we can conclude that your requirements are unsatisfiable.',
      'asr asks for numpy<2, but its base base-cpu has numpy 2.0.2',
      1,
    ],
    [
      'a need of a package against a base further down',
      'whisperx',
      "Because whisperx==3.7.2 depends on numpy{python_full_version < '3.13'}>=2.1.0,<2.3.0 and numpy{python_full_version < '3.13'}==2.0.2, we can conclude that whisperx==3.7.2 cannot be used. And because you require whisperx==3.7.2, we can conclude that your requirements are unsatisfiable.",
      'asr asks for whisperx==3.7.2, which needs numpy>=2.1.0,<2.3.0, but its base base-cpu has numpy 2.0.2',
      1,
    ],
    [
      'a need of a package against a pin',
      'numpy\npyannote.audio',
      'Because pyannote-audio==3.4.0 depends on torch>=2.2.0 and torch==2.1.0, we can conclude that pyannote-audio==3.4.0 cannot be used. And because you require pyannote-audio==3.4.0, we can conclude that your requirements are unsatisfiable.',
      'asr asks for pyannote-audio==3.4.0, which needs torch>=2.2.0, but libs/versions/versions.txt pins torch 2.1.0',
      2,
    ],
    [
      'a version that is not there; its name ends like another package',
      'hub-tools==2.0',
      'Because there is no version of hub-tools==2.0 and you require hub-tools==2.0, we can conclude that your requirements are unsatisfiable.',
      'asr asks for hub-tools 2.0, which the index does not have up to 2025-11-20T00:00:00Z',
      1,
    ],
    [
      'a package without a wheel',
      'pysrt',
      'Because pysrt==1.1.2 has no usable wheels and you require pysrt==1.1.2, we can conclude that your requirements are unsatisfiable.',
      'asr comes to pysrt, which has no wheel',
      undefined,
    ],
  ])('names both sides: %s', (_, requirements, reason, sentence, line) => {
    const source = 'images/asr/requirements.in';
    const plan = {
      lock: '',
      name: 'asr',
      source,
      requirements: readRequirements(requirements, source),
      chain: [],
    };
    const problem = conflictProblem(plan, chain, versions, reason);
    expect(problem).toMatchObject({
      file: source,
      line,
      message: `${sentence}\n  uv: ${reason}`,
    });
    expect(problem.mend).toContain('npx nx sync');
  });
});
