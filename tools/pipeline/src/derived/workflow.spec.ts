import { format } from 'prettier';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineWithout } from '../testing/stages.ts';
import { workflowFile } from './workflow.ts';

interface Template {
  readonly name: string;
  readonly dag?: {
    readonly tasks: readonly { readonly name: string; readonly dependencies?: readonly string[] }[];
  };
  readonly container?: {
    readonly image: string;
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly env?: readonly object[];
    readonly resources?: object;
    readonly volumeMounts: readonly { readonly name: string; readonly readOnly?: boolean }[];
  };
}
interface Workflow {
  readonly spec: {
    readonly securityContext: object;
    readonly volumes: readonly { readonly name: string }[];
    readonly templates: readonly Template[];
  };
}
const read = (...without: readonly string[]): Workflow['spec'] =>
  (parse(workflowFile(pipelineWithout(...without), 'o/app-')) as Workflow).spec;
const spec = read();
const container = (name: string): Template['container'] =>
  spec.templates.find((template) => template.name === name)?.container;
const after = (name: string, { templates } = spec): readonly string[] | undefined =>
  templates[0]?.dag?.tasks.find((task) => task.name === name)?.dependencies;

test('a task is a stage, and comes after the stages that it reads from', () => {
  expect(after('folders')).toBeUndefined();
  expect(after('demux')).toEqual(['folders']);
  expect(after('asr')).toEqual(['demux', 'fine', 'info']);
  expect(after('mux')).toEqual(['asr']);
  expect(after('asr', read('fine'))).toEqual(['demux', 'info', 'vad']);
  const names = spec.templates.map(({ name }) => name);
  expect(spec.templates[0]?.dag?.tasks.map(({ name }) => name)).toEqual(names.slice(1));
});

test('stages that take a GPU ask for one', () => {
  for (const [name, resources] of [
    ['asr', { limits: { 'nvidia.com/gpu': '1' } }],
    ['mux', undefined],
  ] as const)
    expect(container(name)?.resources).toEqual(resources);
});

test('every pod is held tight, and mounts what there is', () => {
  expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
  const volumes = spec.volumes.map(({ name }) => name);
  for (const { name } of spec.templates.slice(1)) {
    expect(container(name)).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
    for (const mount of container(name)?.volumeMounts ?? []) expect(volumes).toContain(mount.name);
  }
});

test('a stage gets its files, its program and its tokens, if there are any', () => {
  expect(container('fine')).toMatchObject({
    image: '{{workflow.parameters.images}}fine:cuda',
    command: ['python', '/app/fine.py'],
    args: [
      '--input=/data/demux/audio.wav',
      '--speech=/data/vad/speech.json',
      '--output=/data/fine/speech.json',
      '--config=/settings.toml',
    ],
    env: [
      {
        name: 'HF_TOKEN',
        valueFrom: { secretKeyRef: { name: 'cp-whisperx-tokens', key: 'HF_TOKEN', optional: true } },
      },
    ],
  });
  expect(container('demux')?.args[0]).toBe('--input=/film/{{workflow.parameters.film}}');
  const mounts = (name: string) => container(name)?.volumeMounts.map((mount) => mount.name);
  expect(mounts('demux')).toEqual(['tmp', 'work', 'films']);
  expect(mounts('fine')).toEqual(['tmp', 'work', 'models']);
  expect(container('demux')?.volumeMounts.at(-1)?.readOnly).toBe(true);
});

test('the folders are those that the stages write in', () => {
  expect(container('folders')?.args).toEqual(['demux', 'info', 'vad', 'fine', 'asr', 'mux']);
});

test('it is as prettier writes it', async () => {
  const text = workflowFile(pipelineWithout(), 'o/app-');
  expect(await format(text, { parser: 'yaml', singleQuote: true, printWidth: 110 })).toBe(text);
});
