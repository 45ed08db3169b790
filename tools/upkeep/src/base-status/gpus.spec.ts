import { expect, test } from 'vitest';
import { coverage } from './gpus.ts';
import { readLifecycle } from './lifecycle.ts';

const { generations } = readLifecycle().gpus;

test.each<[string, string, string, string]>([
  [
    'torch 2.7.1 for CUDA 12.6',
    'sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90',
    'Maxwell Pascal Volta Turing Ampere Ada Hopper',
    '',
  ],
  [
    'torch 2.8.0 for CUDA 12.8',
    'sm_70 sm_75 sm_80 sm_86 sm_90 sm_100 sm_120',
    'Volta Turing Ampere Ada Hopper Blackwell',
    '',
  ],
  ['a lower minor number runs on a higher', 'sm_80', 'Ampere Ada', ''],
  ['a higher does not run on a lower', 'sm_86', 'Ada', 'Ampere'],
  ['another major number never', 'sm_90', 'Hopper', ''],
  ['one of two majors', 'sm_120', '', 'Blackwell'],
  ['compute_ is compiled for all that are newer', 'sm_80 compute_89', 'Ampere Ada Hopper Blackwell', ''],
  ['a letter ties it to one', 'sm_90a sm_100a', 'Hopper', 'Blackwell'],
  ['nothing', '', '', ''],
])('%s', (_, flags, all, some) => {
  const runs = coverage(flags, generations);
  const names = (how: string): string =>
    runs
      .filter((one) => one.runs === how)
      .map(({ name }) => name)
      .join(' ');
  expect([names('yes'), names('partly')]).toEqual([all, some]);
});
