import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { check } from '../rule.ts';
import { familyOf, image, ROOT, type Files } from '../testing/family.ts';
import { RULES } from './index.ts';

type Images = Readonly<Record<string, Files>>;

/** What is found in all images, as `file:line rule`. */
const found = (images: Images): readonly string[] => {
  const family = familyOf(images);
  return [...family.values()]
    .flatMap((subject) => check(RULES, subject, family))
    .map(({ file, line, code }) => `${file}:${line} ${code}`);
};

/** An image x with a .dockerignore, and what else it is made from. */
const x = (dockerfile: string, files: Files = {}): Images => ({
  x: { '.dockerignore': '*\n!a.py\n!requirements.lock\n', ...files, Dockerfile: dockerfile },
});

const lock = (...names: readonly string[]): string => names.map((name) => `${name}==1 \\\n`).join('');
const ignore = { '.dockerignore': '*\n' };

/** Stages as the real images have them: each layer comes through a stage of its own. */
const STAGES = [
  `FROM ${ROOT} AS deps`,
  'RUN --mount=type=bind,source=requirements.lock,target=/r.lock sh /install /r.lock',
  'FROM scratch AS code',
  'COPY --from=shared-py src /app/shared',
  'FROM scratch AS data',
  'COPY words /app/words',
  'FROM scratch AS script',
  'COPY a.py /app/',
].join('\n');
const LAYERS = {
  deps: 'COPY --link --from=deps /opt /opt',
  code: 'COPY --link --from=code /app /app',
  data: 'COPY --link --from=data /app /app',
  script: 'COPY --link --from=script /app /app',
};
const FILES = { 'requirements.lock': lock('six'), 'a.py': '', 'words/list.txt': '' };
const layers = (...order: readonly (keyof typeof LAYERS | `RUN ${string}`)[]): Images =>
  x(
    `${STAGES}\n${image(ROOT, ...order.map((one) => (one in LAYERS ? LAYERS[one as keyof typeof LAYERS] : one)))}`,
    FILES,
  );

/** A base that has torch and six, one that has the CUDA wheels under it, one that has neither. */
const BASES: Images = {
  cpu: {
    ...ignore,
    Dockerfile: `# image: base:cpu\n${image(ROOT)}`,
    'requirements.in': 'six\n',
    'requirements.lock': lock('six'),
  },
  gpu: {
    ...ignore,
    Dockerfile: `# image: base:cuda\n${image('base:cpu')}`,
    'requirements.in': '# part-of: ml nvidia-*\n',
    'requirements.lock': lock('nvidia-cublas-cu12'),
  },
  ml: {
    ...ignore,
    Dockerfile: `# image: ml:cuda\n${image('base:cuda')}`,
    'requirements.in': 'torch\n',
    'requirements.lock': lock('torch', 'torchaudio').replace('torchaudio==1', 'filelock==1'),
  },
  asr: { ...ignore, Dockerfile: `# image: asr:cuda\n${image('ml:cuda')}` },
};
const on = (base: string, files: Files = {}, ...body: readonly string[]): Images => ({
  ...BASES,
  x: {
    ...ignore,
    ...files,
    Dockerfile: `# image: x:${base === 'base:cpu' ? 'cpu' : 'cuda'}\n${image(base, ...body)}`,
  },
});

interface Case {
  readonly rule: string;
  readonly what: string;
  readonly bad: Images;
  /** `file:line` of the one finding. */
  readonly at: string;
  readonly mended: Images;
}

const CASES: readonly Case[] = [
  {
    rule: 'layer-order',
    what: 'the script before the Python layer, through stages',
    bad: layers('script', 'deps'),
    at: 'images/x/Dockerfile:12',
    mended: layers('deps', 'script'),
  },
  {
    rule: 'layer-order',
    what: 'shared code after data',
    bad: layers('deps', 'data', 'code', 'script'),
    at: 'images/x/Dockerfile:13',
    mended: layers('deps', 'code', 'data', 'script'),
  },
  {
    rule: 'layer-order',
    what: 'a system step after a copy that it does not read',
    bad: layers('deps', 'RUN apt-get install -y x && rm -rf /var/lib/apt/lists/*'),
    at: 'images/x/Dockerfile:12',
    mended: layers('RUN apt-get install -y x && rm -rf /var/lib/apt/lists/*', 'deps'),
  },
  {
    rule: 'layer-order',
    what: 'a step after the script that needs nothing of it; one that works on it has to be there',
    bad: x(image(ROOT, 'COPY a.py /app/', 'RUN useradd app'), { 'a.py': '' }),
    at: 'images/x/Dockerfile:4',
    mended: x(image(ROOT, 'COPY a.py /app/', 'RUN python -m compileall /app/a.py'), { 'a.py': '' }),
  },
  {
    rule: 'layer-order',
    what: 'pip after the whole folder was copied, though it reads a file of that',
    bad: x(image(ROOT, 'COPY . /app', 'RUN pip install -r /app/requirements.lock'), FILES),
    at: 'images/x/Dockerfile:4',
    mended: x(
      image(ROOT, 'COPY requirements.lock /', 'RUN pip install -r /requirements.lock', 'COPY . /app'),
      FILES,
    ),
  },
  {
    rule: 'gpu-without-ml-base',
    what: 'a GPU stage on the base without torch',
    bad: on('base:cuda'),
    at: 'images/x/Dockerfile:2',
    mended: on('ml:cuda'),
  },
  {
    rule: 'package-of-chain',
    what: 'a version of its own in requirements.in',
    bad: on('base:cpu', { 'requirements.in': '# what it imports\nrich\nSix>=2\n' }),
    at: 'images/x/requirements.in:3',
    mended: on('base:cpu', { 'requirements.in': '# what it imports\nrich\nsix\n' }),
  },
  {
    rule: 'package-of-chain',
    what: 'the own lock has it again',
    bad: on('ml:cuda', { 'requirements.in': 'rich\n', 'requirements.lock': lock('rich', 'six') }),
    at: 'images/x/requirements.lock:2',
    mended: on('ml:cuda', { 'requirements.in': 'rich\n', 'requirements.lock': lock('rich') }),
  },
  {
    rule: 'package-of-chain',
    what: 'pip in a RUN',
    bad: on('base:cpu', {}, 'RUN pip install --target /x rich "six[extra]==2"'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN pip install --target /six rich'),
  },
  {
    rule: 'outside-its-layer',
    what: 'torch that another package brought into a CPU stage',
    bad: on('base:cpu', {
      'requirements.in': 'stanza\n',
      'requirements.lock': lock('stanza', 'torch', 'torchmetrics'),
    }),
    at: 'images/x/requirements.lock:2',
    mended: on('base:cpu', {
      'requirements.in': 'stanza\n',
      'requirements.lock': lock('stanza', 'torchmetrics'),
    }),
  },
  {
    rule: 'outside-its-layer',
    what: 'a wheel of the CUDA runtime above its base',
    bad: on('ml:cuda', { 'requirements.in': 'x\n', 'requirements.lock': lock('x', 'nvidia-cufft-cu12') }),
    at: 'images/x/requirements.lock:2',
    mended: on('ml:cuda', { 'requirements.in': 'x\n', 'requirements.lock': lock('x') }),
  },
  {
    rule: 'outside-its-layer',
    what: 'by pip in a RUN, where the chain has no torch',
    bad: on('base:cpu', {}, 'RUN python3 -mpip install torch==2.8.0 rich'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN python3 -mpip install torchmetrics rich'),
  },
  {
    rule: 'outside-its-layer',
    what: 'by the address of a wheel',
    bad: on('base:cpu', {}, 'RUN uv pip install https://x/cu128/torch-2.8.0%2Bcu128-cp311-cp311-linux.whl'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN uv pip install https://x/torch/rich-2-py3-none-any.whl'),
  },
  {
    rule: 'package-of-chain',
    what: 'from its repository',
    bad: on('base:cpu', {}, 'RUN pip install git+https://github.com/a/six.git@v1'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN pip install git+https://github.com/six/rich.git@v1'),
  },
  {
    rule: 'layer-order',
    what: 'python -mpip is no system step, and the folder before it makes it anew',
    bad: x(image(ROOT, 'COPY . /app', 'RUN python -mpip install -r /app/requirements.lock'), FILES),
    at: 'images/x/Dockerfile:4',
    mended: layers('deps', 'RUN python -mpip install rich', 'script'),
  },
  {
    rule: 'unpinned-image',
    what: 'a root by its tag, in a default of an ARG',
    bad: x(`ARG ROOT=python:3.11\n${image('${ROOT}')}`),
    at: 'images/x/Dockerfile:2',
    mended: x(`ARG ROOT=${ROOT}\n${image('${ROOT}')}`),
  },
  {
    rule: 'unpinned-image',
    what: 'an image that something is copied from',
    bad: x(image(ROOT, 'COPY --from=uv:0.9 /uv /bin/uv')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, `COPY --from=${ROOT} /uv /bin/uv`)),
  },
  {
    rule: 'apt-lists',
    what: 'lists that a later RUN takes away',
    bad: x(
      image(ROOT, 'RUN apt-get update && \\', '    apt-get install -y x', 'RUN rm -rf /var/lib/apt/lists/*'),
    ),
    at: 'images/x/Dockerfile:3',
    mended: x(
      image(ROOT, 'RUN apt-get update && \\', '    apt-get install -y x && rm -rf /var/lib/apt/lists/*'),
    ),
  },
  {
    rule: 'apt-lists',
    what: 'in a program that is mounted',
    bad: x(image(ROOT, 'RUN --mount=type=bind,source=system,target=/s sh /s/install'), {
      'system/install':
        '#!/bin/sh\n# rm -rf /var/lib/apt/lists/* comes last\napt-get update\napt-get install -y \\\n  x\n',
    }),
    at: 'images/x/system/install:4',
    mended: x(image(ROOT, 'RUN --mount=type=bind,source=system,target=/s sh /s/install'), {
      'system/install':
        '#!/bin/sh\napt-get update\napt-get install -y \\\n  x\nrm -rf \\\n  /var/lib/apt/lists/*\n',
    }),
  },
  {
    rule: 'apt-lists',
    what: 'taken away before they are fetched; on a mount they enter no layer',
    bad: x(image(ROOT, 'RUN ["sh", "-c", "rm -rf /var/lib/apt/lists/*; apt-get update"]')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'RUN --mount=type=tmpfs,target=/var/lib/apt apt-get update')),
  },
  {
    rule: 'secret-in-arg-or-env',
    what: 'an ARG by its name',
    bad: x(image(ROOT, 'ARG HF_TOKEN')),
    at: 'images/x/Dockerfile:3',
    mended: x(
      image(
        ROOT,
        'ARG HF_TOKEN_FILE=/run/secrets/hf',
        'ENV TOKENIZERS_PARALLELISM=false KEYBOARD=us SECOND_PASS=1',
      ),
    ),
  },
  ...['DB_PASS', 'PASS', 'PW', 'DB_PWD', 'ACCESSKEY', 'SSHKEY', 'TOKEN_FILE'].map((name): Case => ({
    rule: 'secret-in-arg-or-env',
    what: `${name} with a value that is no place`,
    bad: x(image(ROOT, `ENV ${name}=hunter2`)),
    at: 'images/x/Dockerfile:3',
    mended: x(
      image(ROOT, `ENV ${name.replace('_FILE', '')}_FILE="/run/secrets/x" BYPASS=hunter2 OLDPW=x PWD=/app`),
    ),
  })),
  {
    rule: 'secret-in-arg-or-env',
    what: 'TOKENS that are no number',
    bad: x(image(ROOT, 'ENV API_TOKENS=12,ab')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'ENV MAX_TOKENS=512 NUM_TOKENS="3"', 'ARG MAX_TOKENS=5')),
  },
  ...(
    [
      ['ENV A=', ''],
      ['LABEL a=', ''],
      ['RUN curl ', ''],
      ['RUN <<E\ncurl ', '\nE'],
      ['CMD ["curl", "', '"]'],
      ['ENTRYPOINT curl ', ''],
      ['HEALTHCHECK CMD curl ', ''],
      ['ONBUILD ENV A=', ''],
      ['ONBUILD RUN curl ', ''],
    ] as const
  ).map(([start, end]): Case => ({
    rule: 'secret-in-arg-or-env',
    what: `a password in a URL, in ${start}`,
    bad: x(image(ROOT, `${start}https://a:hunter2@corp/${end}`)),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, `${start}https://a:$TOKEN@corp/${end}`)),
  })),
  {
    rule: 'secret-in-arg-or-env',
    what: 'ONBUILD, by the name in it',
    bad: x(image(ROOT, 'ONBUILD ARG HF_TOKEN')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'ONBUILD ARG HF_HOME')),
  },
  {
    rule: 'secret-in-arg-or-env',
    what: 'an ENV by the shape of its value',
    bad: x(image(ROOT, 'ENV A=1 \\', `    HEADER="Bearer hf_${'AbCdEfGhIjKlMnOpQ'.repeat(2)}"`)),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'ENV A=1 \\', '    HEADER="Bearer hf_…"')),
  },
  {
    rule: 'root-at-the-end',
    what: 'back to root for a step, and left so',
    bad: x(`${image(ROOT)}USER 0:0\n`),
    at: 'images/x/Dockerfile:4',
    mended: x(`${image(ROOT)}USER 0:0\nENV UID=1001\nUSER $UID\n`),
  },
  {
    rule: 'root-at-the-end',
    what: 'nobody ever said who',
    bad: x(image(ROOT).replace('USER 1000:1000\n', '')),
    at: 'images/x/Dockerfile:1',
    mended: on('base:cpu'),
  },
  {
    rule: 'latest-tag',
    what: 'pinned, and named latest',
    bad: x(image(ROOT.replace('3.11', 'latest'))),
    at: 'images/x/Dockerfile:1',
    mended: x(image(ROOT)),
  },
  {
    rule: 'latest-tag',
    what: 'pinned, without a tag, from a registry with a port',
    bad: x(image(`registry:5000/${ROOT.replace(':3.11', '')}`)),
    at: 'images/x/Dockerfile:1',
    mended: x(image(`registry:5000/${ROOT}`)),
  },
  {
    rule: 'missing-labels',
    what: 'the title of the base is not its own',
    bad: {
      ...BASES,
      x: { ...ignore, Dockerfile: 'FROM base:cpu\nLABEL org.opencontainers.image.description=x\n' },
    },
    at: 'images/x/Dockerfile:1',
    mended: {
      ...BASES,
      x: {
        ...ignore,
        Dockerfile:
          'FROM base:cpu\nLABEL org.opencontainers.image.description=x org.opencontainers.image.title=x\n',
      },
    },
  },
  {
    rule: 'missing-labels',
    what: 'nobody on the chain says the licence',
    bad: x(image(ROOT).replace('org.opencontainers.image.licenses="MIT"', '')),
    at: 'images/x/Dockerfile:1',
    mended: x(image(ROOT)),
  },
  {
    rule: 'stray-context-files',
    what: 'tests that are let in',
    bad: x(image(ROOT, 'COPY . /app'), {
      'tests/test_a.py': '',
      'tests/b.py': '',
      '.dockerignore': '# all\n\n!tests\n',
    }),
    at: 'images/x/.dockerignore:3',
    mended: x(image(ROOT, 'COPY . /app'), { 'a.py': '' }),
  },
  {
    rule: 'stray-context-files',
    what: 'a file that nothing takes',
    bad: x(image(ROOT, 'COPY a.py /app/'), { 'a.py': '', 'b.py': '' }),
    at: 'images/x/.dockerignore:1',
    mended: x(image(ROOT, 'COPY [ab].py /app/'), { 'a.py': '', 'b.py': '' }),
  },
  {
    rule: 'stray-context-files',
    what: 'no .dockerignore at all',
    bad: { x: { Dockerfile: image(ROOT) } },
    at: 'images/x/.dockerignore:1',
    mended: { x: { ...ignore, Dockerfile: image(ROOT) } },
  },
];

describe.each(CASES)('$rule: $what', ({ rule, bad, at, mended }) => {
  test('is the one finding', () => {
    expect(found(bad)).toEqual([`${at} ${rule}`]);
  });
  test('mended, nothing is found', () => {
    expect(found(mended)).toEqual([]);
  });
});

test('each rule has a bad example, stands in the file of its name, and in the docs', () => {
  const names = RULES.map(({ name }) => name).sort();
  const files = readdirSync(import.meta.dirname).filter((file) => !/^index|\.spec\.ts$/.test(file));
  const docs = readFileSync('docs/lint.md', 'utf8');
  expect([...new Set(CASES.map(({ rule }) => rule))].sort()).toEqual(names);
  expect(files.map((file) => file.replace(/\.ts$/, '')).sort()).toEqual(names);
  expect([...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name).sort()).toEqual(names);
});
