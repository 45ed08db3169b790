import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { on, x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'back to root for a step, and left so',
    bad: x(`${image(ROOT)}USER 0:0\n`),
    at: 'images/x/Dockerfile:4',
    mended: x(`${image(ROOT)}USER 0:0\nENV UID=1001\nUSER $UID\n`),
  },
  {
    what: 'nobody ever said who',
    bad: x(image(ROOT).replace('USER 1000:1000\n', '')),
    at: 'images/x/Dockerfile:1',
    mended: on('base:cpu'),
  },
]);
