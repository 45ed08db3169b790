import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { argoJudge } from '../testing/argo.ts';
import { pipelineWithout } from '../testing/stages.ts';
import { workflowFile } from './workflow.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');

let judge: ReturnType<typeof argoJudge>;
beforeAll(() => {
  judge = argoJudge();
});

test.each([
  ['of the family', () => workflowFile(pipelineWithout(), 'o/app-')],
  ['of one stage', () => workflowFile(pipelineWithout('asr', 'fine', 'info', 'mux', 'vad'), '')],
  ['of this repository', () => readFileSync(`${REPOSITORY}/deploy/argo/workflow.yaml`, 'utf8')],
])("the workflow %s is one by Argo's own schema", (_, text) => {
  expect(judge(parse(text()))).toEqual([]);
});

test.each<[what: string, from: string | RegExp, to: string, where: string]>([
  ['a kind that Argo lacks', 'kind: Workflow', 'kind: Workflows', '/kind'],
  ['a misspelt key', 'readOnlyRootFilesystem', 'readonlyRootFilesystem', '/securityContext'],
  ['a number for a quantity', "gpu: '1'", 'gpu: 1', '/resources/limits'],
  ['a word for a list', /dependencies: \[demux\]/, 'dependencies: demux', '/dependencies'],
  ['a secret without a key', /, key: HF_TOKEN/, '', '/secretKeyRef'],
])('%s is not', (_, from, to, where) => {
  const good = workflowFile(pipelineWithout(), 'o/app-');
  const bad = good.replace(from, to);
  expect(bad).not.toBe(good);
  expect(judge(parse(bad)).join('\n')).toContain(where);
});
