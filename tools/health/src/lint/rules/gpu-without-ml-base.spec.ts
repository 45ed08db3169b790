import { examples } from '../testing/examples.ts';
import { on } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'a GPU stage on the base without torch',
    bad: on('base:cuda'),
    at: 'images/x/Dockerfile:2',
    mended: on('ml:cuda'),
  },
]);
