import { examples } from '../testing/examples.ts';
import { image, ROOT } from '../testing/family.ts';
import { lock, x, type Images } from '../testing/images.ts';

/** Stages as the real images have them: each layer comes through a stage of its own. */
const STAGES = [
  `FROM ${ROOT} AS deps`,
  'RUN --mount=type=bind,source=requirements.lock,target=/r.lock sh /install /r.lock',
  'FROM scratch AS code',
  'COPY --from=shared-py src /app/shared',
  'FROM scratch AS data',
  'COPY words /app/words',
  'FROM scratch AS script',
  'COPY a.py /app/',
].join('\n');
const LAYERS = {
  deps: 'COPY --link --from=deps /opt /opt',
  code: 'COPY --link --from=code /app /app',
  data: 'COPY --link --from=data /app /app',
  script: 'COPY --link --from=script /app /app',
};
const FILES = { 'requirements.lock': lock('six'), 'a.py': '', 'words/list.txt': '' };
const layers = (...order: readonly (keyof typeof LAYERS | `RUN ${string}`)[]): Images =>
  x(
    `${STAGES}\n${image(ROOT, ...order.map((one) => (one in LAYERS ? LAYERS[one as keyof typeof LAYERS] : one)))}`,
    FILES,
  );

examples(import.meta.filename, [
  {
    what: 'the script before the Python layer, through stages',
    bad: layers('script', 'deps'),
    at: 'images/x/Dockerfile:12',
    mended: layers('deps', 'script'),
  },
  {
    what: 'shared code after data',
    bad: layers('deps', 'data', 'code', 'script'),
    at: 'images/x/Dockerfile:13',
    mended: layers('deps', 'code', 'data', 'script'),
  },
  {
    what: 'a system step after a copy that it does not read',
    bad: layers('deps', 'RUN apt-get install -y x && rm -rf /var/lib/apt/lists/*'),
    at: 'images/x/Dockerfile:12',
    mended: layers('RUN apt-get install -y x && rm -rf /var/lib/apt/lists/*', 'deps'),
  },
  {
    what: 'a step after the script that needs nothing of it; one that works on it has to be there',
    bad: x(image(ROOT, 'COPY a.py /app/', 'RUN useradd app'), { 'a.py': '' }),
    at: 'images/x/Dockerfile:4',
    mended: x(image(ROOT, 'COPY a.py /app/', 'RUN python -m compileall /app/a.py'), { 'a.py': '' }),
  },
  {
    what: 'pip after the whole folder was copied, though it reads a file of that',
    bad: x(image(ROOT, 'COPY . /app', 'RUN pip install -r /app/requirements.lock'), FILES),
    at: 'images/x/Dockerfile:4',
    mended: x(
      image(ROOT, 'COPY requirements.lock /', 'RUN pip install -r /requirements.lock', 'COPY . /app'),
      FILES,
    ),
  },
  {
    what: 'python -mpip is no system step, and the folder before it makes it anew',
    bad: x(image(ROOT, 'COPY . /app', 'RUN python -mpip install -r /app/requirements.lock'), FILES),
    at: 'images/x/Dockerfile:4',
    mended: layers('deps', 'RUN python -mpip install rich', 'script'),
  },
]);
