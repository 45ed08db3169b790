import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'a root by its tag, in a default of an ARG',
    bad: x(`ARG ROOT=python:3.11\n${image('${ROOT}')}`),
    at: 'images/x/Dockerfile:2',
    mended: x(`ARG ROOT=${ROOT}\n${image('${ROOT}')}`),
  },
  {
    what: 'an image that something is copied from',
    bad: x(image(ROOT, 'COPY --from=uv:0.9 /uv /bin/uv')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, `COPY --from=${ROOT} /uv /bin/uv`)),
  },
]);
