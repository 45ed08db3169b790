import { examples } from '../testing/examples.ts';
import { lock, on } from '../testing/images.ts';

examples(import.meta.filename, [
  {
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
    what: 'a wheel of the CUDA runtime above its base',
    bad: on('ml:cuda', { 'requirements.in': 'x\n', 'requirements.lock': lock('x', 'nvidia-cufft-cu12') }),
    at: 'images/x/requirements.lock:2',
    mended: on('ml:cuda', { 'requirements.in': 'x\n', 'requirements.lock': lock('x') }),
  },
  {
    what: 'by pip in a RUN, where the chain has no torch',
    bad: on('base:cpu', {}, 'RUN python3 -mpip install torch==2.8.0 rich'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN python3 -mpip install torchmetrics rich'),
  },
  {
    what: 'by the address of a wheel',
    bad: on('base:cpu', {}, 'RUN uv pip install https://x/cu128/torch-2.8.0%2Bcu128-cp311-cp311-linux.whl'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN uv pip install https://x/torch/rich-2-py3-none-any.whl'),
  },
]);
