import { examples } from '../testing/examples.ts';
import { lock, on } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'a version of its own in requirements.in',
    bad: on('base:cpu', { 'requirements.in': '# what it imports\nrich\nSix>=2\n' }),
    at: 'images/x/requirements.in:3',
    mended: on('base:cpu', { 'requirements.in': '# what it imports\nrich\nsix\n' }),
  },
  {
    what: 'the own lock has it again',
    bad: on('ml:cuda', { 'requirements.in': 'rich\n', 'requirements.lock': lock('rich', 'six') }),
    at: 'images/x/requirements.lock:2',
    mended: on('ml:cuda', { 'requirements.in': 'rich\n', 'requirements.lock': lock('rich') }),
  },
  {
    what: 'pip in a RUN',
    bad: on('base:cpu', {}, 'RUN pip install --target /x rich "six[extra]==2"'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN pip install --target /six rich'),
  },
  {
    what: 'from its repository',
    bad: on('base:cpu', {}, 'RUN pip install git+https://github.com/a/six.git@v1'),
    at: 'images/x/Dockerfile:4',
    mended: on('base:cpu', {}, 'RUN pip install git+https://github.com/six/rich.git@v1'),
  },
]);
