import { examples, type Example } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { x } from '../testing/images.ts';

examples(import.meta.filename, [
  {
    what: 'an ARG by its name',
    bad: x(image(ROOT, 'ARG HF_TOKEN')),
    at: 'images/x/Dockerfile:3',
    mended: x(
      image(
        ROOT,
        'ARG HF_TOKEN_FILE=/run/secrets/hf',
        'ENV TOKENIZERS_PARALLELISM=false KEYBOARD=us SECOND_PASS=1',
      ),
    ),
  },
  ...['DB_PASS', 'PASS', 'PW', 'DB_PWD', 'ACCESSKEY', 'SSHKEY', 'TOKEN_FILE'].map((name): Example => ({
    what: `${name} with a value that is no place`,
    bad: x(image(ROOT, `ENV ${name}=hunter2`)),
    at: 'images/x/Dockerfile:3',
    mended: x(
      image(ROOT, `ENV ${name.replace('_FILE', '')}_FILE="/run/secrets/x" BYPASS=hunter2 OLDPW=x PWD=/app`),
    ),
  })),
  {
    what: 'TOKENS that are no number',
    bad: x(image(ROOT, 'ENV API_TOKENS=12,ab')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'ENV MAX_TOKENS=512 NUM_TOKENS="3"', 'ARG MAX_TOKENS=5')),
  },
  ...(
    [
      ['ENV A=', ''],
      ['LABEL a=', ''],
      ['RUN curl ', ''],
      ['RUN <<E\ncurl ', '\nE'],
      ['CMD ["curl", "', '"]'],
      ['ENTRYPOINT curl ', ''],
      ['HEALTHCHECK CMD curl ', ''],
      ['ONBUILD ENV A=', ''],
      ['ONBUILD RUN curl ', ''],
    ] as const
  ).map(([start, end]): Example => ({
    what: `a password in a URL, in ${start}`,
    bad: x(image(ROOT, `${start}https://a:hunter2@corp/${end}`)),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, `${start}https://a:$TOKEN@corp/${end}`)),
  })),
  {
    what: 'ONBUILD, by the name in it',
    bad: x(image(ROOT, 'ONBUILD ARG HF_TOKEN')),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'ONBUILD ARG HF_HOME')),
  },
  {
    what: 'an ENV by the shape of its value',
    bad: x(image(ROOT, 'ENV A=1 \\', `    HEADER="Bearer hf_${'AbCdEfGhIjKlMnOpQ'.repeat(2)}"`)),
    at: 'images/x/Dockerfile:3',
    mended: x(image(ROOT, 'ENV A=1 \\', '    HEADER="Bearer hf_…"')),
  },
]);
