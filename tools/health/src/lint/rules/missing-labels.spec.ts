import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { BASES, IGNORE, x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'the title of the base is not its own',
    bad: {
      ...BASES,
      x: { ...IGNORE, Dockerfile: 'FROM base:cpu\nLABEL org.opencontainers.image.description=x\n' },
    },
    at: 'images/x/Dockerfile:1',
    mended: {
      ...BASES,
      x: {
        ...IGNORE,
        Dockerfile:
          'FROM base:cpu\nLABEL org.opencontainers.image.description=x org.opencontainers.image.title=x\n',
      },
    },
  },
  {
    what: 'nobody on the chain says the licence',
    bad: x(image(ROOT).replace('org.opencontainers.image.licenses="MIT"', '')),
    at: 'images/x/Dockerfile:1',
    mended: x(image(ROOT)),
  },
]);
