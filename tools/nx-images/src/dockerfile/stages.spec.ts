import { expect, test } from 'vitest';
import { parseDockerfile, readStages, type Origin, type Stages } from './index.ts';

const read = (text: string, buildArgs: Record<string, string> = {}): Stages =>
  readStages(parseDockerfile(text, 'Dockerfile'), {
    buildArgs: new Map(Object.entries(buildArgs)),
    platform: 'linux/amd64',
  });

/** `image a:1`, `stage 0`, `scratch`. */
const short = (origin: Origin | undefined): string | undefined =>
  origin &&
  (origin.kind === 'scratch' ? 'scratch' : `${origin.kind} ${String(origin.stage ?? origin.resolved)}`);

test.each<[what: string, text: string, bases: readonly string[], buildArgs?: Record<string, string>]>([
  ['an image', 'FROM a', ['image a']],
  [
    'tag and digest',
    `FROM h.io:5/a/b:1@sha256:${'0'.repeat(64)}`,
    [`image h.io:5/a/b:1@sha256:${'0'.repeat(64)}`],
  ],
  ['scratch', 'FROM scratch', ['scratch']],
  ['a stage, its name in any case', 'FROM a AS X\nFROM x', ['image a', 'stage 0']],
  ['the last stage of a name', 'FROM a AS x\nFROM b AS x\nFROM x', ['image a', 'image b', 'stage 1']],
  ['an image with the name of a later stage', 'FROM x AS y\nFROM a AS x', ['image x', 'image a']],
  ['a default', 'ARG B=a:1\nFROM $B', ['image a:1']],
  ['a build argument', 'ARG B=a:1\nFROM $B', ['image b:2'], { B: 'b:2' }],
  ['an undeclared build argument', 'FROM ${B:-a}', ['image a'], { B: 'b:2' }],
  ['nested defaults', 'ARG O=o\nARG B=${R:-r}/${O}/x\nFROM ${B:-y}', ['image r/o/x']],
  ['several ARGs in one', 'ARG A=1 B=a:$A\nFROM $B', ['image a:1']],
  ['no ARG of a stage', 'ARG B=a\nFROM b\nARG B=c\nFROM $B', ['image b', 'image a']],
  ['no ENV', 'ARG B=a\nFROM b\nENV B=c\nFROM $B', ['image b', 'image a']],
  ['platform arguments', 'FROM a:$TARGETARCH-$BUILDOS-${TARGETVARIANT:-none}', ['image a:amd64-linux-none']],
  ['platform arguments given', 'FROM a:$TARGETARCH', ['image a:x'], { TARGETARCH: 'x' }],
])('FROM %s', (_what, text, bases, buildArgs) => {
  expect(read(text, buildArgs).stages.map(({ base }) => short(base))).toEqual(bases);
});

test.each([
  ['$BUILDPLATFORM', 'linux/amd64'],
  ['linux/arm64', 'linux/arm64'],
  ['aarch64', 'linux/arm64'],
  ['Linux/x86_64', 'linux/amd64'],
  ['linux/arm/7', 'linux/arm/v7'],
  ['linux', 'linux/amd64'],
])('--platform=%s is %s', (given, platform) => {
  expect(read(`FROM --platform=${given} a`).stages[0]?.platform).toBe(platform);
});

test.each<[what: string, from: string, origin: string]>([
  ['a name', 'X', 'stage 0'],
  ['an index', '1', 'stage 1'],
  ['an image', 'c/d:1', 'image c/d:1'],
  ['scratch', 'scratch', 'scratch'],
])('COPY --from %s', (_what, from, origin) => {
  const { stages } = read(`FROM a AS x\nFROM b\nFROM c\nCOPY --from=${from} a b\n`);
  expect(stages[2]?.copies.map((copy) => short(copy.from))).toEqual([origin]);
});

test('COPY and ADD', () => {
  const { stages } = read(
    'FROM a\nARG V=1\nENV D=/opt\nCOPY --chown=1:1 x-$V "y" $D/\nADD ["a b", "c/"]\nCOPY <<E f /x\nE\n',
  );
  expect(stages[0]?.copies).toEqual([
    {
      keyword: 'COPY',
      flags: [{ name: 'chown', value: '1:1' }],
      sources: ['x-1', 'y'],
      destination: '/opt/',
      heredocs: [],
      line: 4,
    },
    { keyword: 'ADD', flags: [], sources: ['a b'], destination: 'c/', heredocs: [], line: 5 },
    { keyword: 'COPY', flags: [], sources: ['f'], destination: '/x', heredocs: ['E'], line: 6 },
  ]);
});

test.each<[mount: string, fields: object]>([
  ['from=X,target=/t', { type: 'bind', target: '/t', required: false, readonly: true }],
  [
    'type=bind,src=$V,dst=/t,rw',
    { type: 'bind', source: '1', target: '/t', required: false, readonly: false },
  ],
  ['type=CACHE,target=/c/', { type: 'cache', target: '/c/', id: '/c', required: false, readonly: false }],
  [
    'type=cache,target=/c,id=pip,sharing=Locked,uid=1,ro=1',
    { type: 'cache', target: '/c', id: 'pip', sharing: 'locked', required: false, readonly: true },
  ],
  ['type=tmpfs,target=/t,size=1.5GB', { type: 'tmpfs', target: '/t', required: false, readonly: false }],
  ['type=secret,id=s,env=E,required', { type: 'secret', id: 's', env: 'E', required: true, readonly: true }],
  [
    'type=secret,target=/run/x',
    { type: 'secret', id: 'x', target: '/run/x', required: false, readonly: true },
  ],
  ['type=ssh,required=false', { type: 'ssh', id: 'default', required: false, readonly: true }],
  ['\\"target=/a,b\\",source=\\"\\"', { type: 'bind', target: '/a,b', required: false, readonly: true }],
])('RUN --mount=%s', (mount, fields) => {
  const text = `FROM a AS x\nFROM b\nARG V=1\nRUN --mount=${mount.replace(',source=\\"\\"', '')} true\n`;
  const from = mount.startsWith('from') ? { from: { raw: 'X', resolved: 'X', kind: 'stage', stage: 0 } } : {};
  expect(read(text).stages[1]?.mounts).toEqual([{ ...fields, ...from, line: 4 }]);
});

test('ARGs: global, redeclared, given, inherited, without a value', () => {
  const { globalArgs, stages } = read(
    'ARG G=g\nARG N\nFROM a AS x\nARG G\nARG L=l-$G\nARG N\nARG TARGETARCH\nENV E=e\nFROM x\nARG M=$L-$E\n',
    { N: 'given' },
  );
  expect(globalArgs).toEqual([
    { name: 'G', default: 'g', value: 'g', line: 1 },
    { name: 'N', value: 'given', line: 2 },
  ]);
  expect(stages.map(({ args }) => args.map(({ name, value }) => `${name}=${String(value)}`))).toEqual([
    ['G=g', 'L=l-g', 'N=given', 'TARGETARCH=amd64'],
    ['M=l-g-e'],
  ]);
  expect(read('ARG A\nFROM a').globalArgs).toEqual([{ name: 'A', line: 1 }]);
});

test('one ENV sees the variables as they were before it', () => {
  const { stages } = read('FROM a\nENV A=1\nENV A=2 B=$A\nCOPY $B /$A\n');
  expect(stages[0]?.copies[0]).toMatchObject({ sources: ['1'], destination: '/2' });
});

test.each<[what: string, text: string, needed: readonly number[]]>([
  ['the target alone', 'FROM a\nFROM b', [1]],
  ['its base', 'FROM a AS x\nFROM x', [0, 1]],
  [
    'what it copies from, and so on',
    'FROM a AS x\nFROM b AS y\nCOPY --from=x a b\nFROM c\nFROM d\nCOPY --from=1 a b',
    [0, 1, 3],
  ],
  ['what it mounts', 'FROM a AS x\nFROM b\nFROM c\nRUN --mount=from=x,target=/t true', [0, 2]],
  [
    'what an ONBUILD of its base copies',
    'FROM a AS x\nFROM b AS y\nONBUILD COPY --from=x a b\nFROM y',
    [0, 1, 2],
  ],
  [
    'no ONBUILD of a stage that it copies from',
    'FROM a AS x\nFROM b AS y\nONBUILD COPY --from=x a b\nFROM c\nCOPY --from=y a b',
    [1, 2],
  ],
])('needed is %s', (_what, text, needed) => {
  expect(read(text).stages.flatMap(({ index, needed: is }) => (is ? [index] : []))).toEqual(needed);
});
