import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
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
    what: 'taken away before they are fetched; on a mount they enter no layer',
    bad: x(image(ROOT, 'RUN ["sh", "-c", "rm -rf /var/lib/apt/lists/*; apt-get update"]')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'RUN --mount=type=tmpfs,target=/var/lib/apt apt-get update')),
  },
]);
