import { INSIDE, readsFilm, stageOptions, workFolders } from '../layout.ts';
import { FOLDERS, type Pipeline, type Stage } from '../model/pipeline.ts';
import { splitImage } from './image.ts';

/**
 * deploy/argo/workflow.yaml: an Argo Workflow with a task for each stage, after those that it reads from. Pure.
 * @param prefix what the names of all images begin with; the parameter `images` replaces it
 */
export const workflowFile = (pipeline: Pipeline, prefix: string): string =>
  [
    head(prefix),
    ...pipeline.flatMap(task),
    foldersTemplate(pipeline, prefix),
    ...pipeline.flatMap((stage) => template(stage, prefix)),
    '',
  ].join('\n');

const head = (
  prefix: string,
): string => `# Made by "npx nx sync" from images/*/stage.json; docs/pipeline.md says how to run it.
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  generateName: cp-whisperx-
spec:
  entrypoint: pipeline
  arguments:
    parameters:
      - name: film
        description: path of the film in the claim of the films
      - name: images
        description: what the names of the images begin with, e.g. registry.example/team/${prefix}
        value: ${prefix === '' ? "''" : prefix}
      - name: films-claim
        value: cp-whisperx-films
      - name: work-claim
        description: one for each film
        value: cp-whisperx-work
      - name: models-claim
        value: cp-whisperx-models
      - name: settings
        description: TOML with a table for each stage, as in deploy/settings.toml
        value: '# none'
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile: { type: RuntimeDefault }
  volumes:
    - name: tmp
      emptyDir: {}
    - name: work
      persistentVolumeClaim: { claimName: '{{workflow.parameters.work-claim}}' }
    - name: films
      persistentVolumeClaim: { claimName: '{{workflow.parameters.films-claim}}', readOnly: true }
    - name: models
      persistentVolumeClaim: { claimName: '{{workflow.parameters.models-claim}}' }
  templates:
    - name: pipeline
      dag:
        tasks:
          - name: ${FOLDERS}
            template: ${FOLDERS}`;

const task = ({ name, after }: Stage): string[] => [
  `          - name: ${name}`,
  `            template: ${name}`,
  `            dependencies: [${(after.length === 0 ? [FOLDERS] : after).join(', ')}]`,
];

/** The folders of the stages, made by the user who writes in them. */
const foldersTemplate = (pipeline: Pipeline, prefix: string): string =>
  `    - name: ${FOLDERS}
      container:
        image: ${pipeline[0] === undefined ? '' : imageOf(pipeline[0], prefix)}
        command: [mkdir, -p]
        args:
${workFolders(pipeline)
  .map((folder) => `          - ${folder}\n`)
  .join('')}        workingDir: ${INSIDE.work}
        securityContext: &hardened
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities: { drop: [ALL] }
        volumeMounts:
          - &tmp { name: tmp, mountPath: /tmp }
          - &work { name: work, mountPath: ${INSIDE.work} }`;

function template(stage: Stage, prefix: string): string[] {
  const { name, description, entrypoint, device, models, tokens } = stage;
  const options = [...stageOptions(stage, '{{workflow.parameters.film}}'), `--config=${INSIDE.settings}`];
  return [
    ...(description === '' ? [] : [`    # ${description}`]),
    `    - name: ${name}`,
    '      inputs:',
    '        artifacts:',
    `          - { name: settings, path: ${INSIDE.settings}, raw: { data: '{{workflow.parameters.settings}}' } }`,
    '      container:',
    `        image: ${imageOf(stage, prefix)}`,
    // Argo would ask the registry for it, which takes a credential of its own.
    ...(entrypoint.length === 0 ? [] : [`        command: [${entrypoint.join(', ')}]`]),
    '        args:',
    ...options.map((option) => `          - ${option}`),
    ...(tokens.length === 0 ? [] : ['        env:', ...tokens.flatMap(tokenFromSecret)]),
    ...(device === 'gpu' ? ["        resources: { limits: { nvidia.com/gpu: '1' } }"] : []),
    '        securityContext: *hardened',
    '        volumeMounts:',
    '          - *tmp',
    '          - *work',
    ...(readsFilm(stage) ? [`          - { name: films, mountPath: ${INSIDE.film}, readOnly: true }`] : []),
    ...(models ? [`          - { name: models, mountPath: ${INSIDE.models} }`] : []),
  ];
}

const tokenFromSecret = (variable: string): string[] => [
  `          - name: ${variable}`,
  '            valueFrom:',
  `              secretKeyRef: { name: cp-whisperx-tokens, key: ${variable}, optional: true }`,
];

function imageOf({ image }: Stage, prefix: string): string {
  const { before, after } = splitImage(image, prefix);
  return before === '' && prefix !== '' ? image : `'{{workflow.parameters.images}}${after}'`;
}
