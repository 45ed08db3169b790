import { image, ROOT, type Files } from './family.ts';

/** Files of images, by the names of the images. */
export type Images = Readonly<Record<string, Files>>;

/** An image x with a .dockerignore, and what else it is made from. */
export const x = (dockerfile: string, files: Files = {}): Images => ({
  x: { '.dockerignore': '*\n!a.py\n!requirements.lock\n', ...files, Dockerfile: dockerfile },
});

/** The requirements.lock of some packages. */
export const lock = (...names: readonly string[]): string => names.map((name) => `${name}==1 \\\n`).join('');

/** An image that takes nothing of its folder. */
export const IGNORE = { '.dockerignore': '*\n' };

/** A base that has torch and six, one that has the CUDA wheels under it, one that has neither. */
export const BASES: Images = {
  cpu: {
    ...IGNORE,
    Dockerfile: `# image: base:cpu\n${image(ROOT)}`,
    'requirements.in': 'six\n',
    'requirements.lock': lock('six'),
  },
  gpu: {
    ...IGNORE,
    Dockerfile: `# image: base:cuda\n${image('base:cpu')}`,
    'requirements.in': '# part-of: ml nvidia-*\n',
    'requirements.lock': lock('nvidia-cublas-cu12'),
  },
  ml: {
    ...IGNORE,
    Dockerfile: `# image: ml:cuda\n${image('base:cuda')}`,
    'requirements.in': 'torch\n',
    'requirements.lock': lock('torch', 'torchaudio').replace('torchaudio==1', 'filelock==1'),
  },
  asr: { ...IGNORE, Dockerfile: `# image: asr:cuda\n${image('ml:cuda')}` },
};

/** An image x on one of these bases. */
export const on = (base: string, files: Files = {}, ...body: readonly string[]): Images => ({
  ...BASES,
  x: {
    ...IGNORE,
    ...files,
    Dockerfile: `# image: x:${base === 'base:cpu' ? 'cpu' : 'cuda'}\n${image(base, ...body)}`,
  },
});
