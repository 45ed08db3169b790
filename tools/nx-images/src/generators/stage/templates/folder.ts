import { script } from './script.ts';
import { tests } from './tests.ts';
import type { StageFacts } from './facts.ts';

/** The files of a new stage by their path in its folder. Pure. */
export const stageFiles = (stage: StageFacts): Readonly<Record<string, string>> => ({
  Dockerfile: dockerfile(stage),
  '.dockerignore': `*\n!requirements.lock\n!${stage.name}.py\n`,
  'requirements.in': `# Nothing beyond ${stage.base.project} yet: a package a line, its version in libs/versions/versions.txt.\n`,
  'stage.json': stageJson(stage),
  [`${stage.name}.py`]: script(stage),
  [`tests/test_${stage.name.replaceAll('-', '_')}.py`]: tests(stage),
});

const dockerfile = ({
  name,
  description,
  builder,
  base,
}: StageFacts): string => String.raw`# image: ${name}:${base.tag}
ARG BUILDER=${builder}

FROM ${'${BUILDER}'} AS deps
RUN --mount=type=bind,source=requirements.lock,target=/requirements.lock \
    --mount=type=bind,from=installer,target=/installer \
    --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt,required=false \
    --mount=type=secret,id=index,target=/run/secrets/index,required=false \
    sh /installer/install /requirements.lock

FROM scratch AS python
COPY --link --from=deps /opt /opt

FROM scratch AS code
COPY --chown=0:0 --chmod=0755 --from=shared-py src/stagekit /app/stagekit

FROM scratch AS script
COPY --chown=0:0 --chmod=0644 ${name}.py /app/

FROM ${base.image}
LABEL org.opencontainers.image.title="${name}" \
      org.opencontainers.image.description="${description}"
ENTRYPOINT ["python", "/app/${name}.py"]

COPY --link --from=deps /opt /opt
COPY --link --from=code /app /app
COPY --link --from=script /app /app
`;

const stageJson = ({ name }: StageFacts): string => `{
  "inputs": {
    "--input": "demux/audio.wav"
  },
  "outputs": {
    "--output": "${name}.json"
  }
}
`;
