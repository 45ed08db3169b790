import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { IGNORE, x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
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
    what: 'a file that nothing takes',
    bad: x(image(ROOT, 'COPY a.py /app/'), { 'a.py': '', 'b.py': '' }),
    at: 'images/x/.dockerignore:1',
    mended: x(image(ROOT, 'COPY [ab].py /app/'), { 'a.py': '', 'b.py': '' }),
  },
  {
    what: 'no .dockerignore at all',
    bad: { x: { Dockerfile: image(ROOT) } },
    at: 'images/x/.dockerignore:1',
    mended: { x: { ...IGNORE, Dockerfile: image(ROOT) } },
  },
]);
