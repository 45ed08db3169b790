import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'pinned, and named latest',
    bad: x(image(ROOT.replace('3.11', 'latest'))),
    at: 'images/x/Dockerfile:1',
    mended: x(image(ROOT)),
  },
  {
    what: 'pinned, without a tag, from a registry with a port',
    bad: x(image(`registry:5000/${ROOT.replace(':3.11', '')}`)),
    at: 'images/x/Dockerfile:1',
    mended: x(image(`registry:5000/${ROOT}`)),
  },
]);
