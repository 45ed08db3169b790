import type { CreateNodes, TargetConfiguration } from '@nx/devkit';
import { OPTION_VARIABLES, optionsOf } from '@cp-whisperx-app/nx-images/api';
import { minimatch } from 'minimatch';
import { basename, dirname } from 'node:path/posix';

const PLUGIN = '@cp-whisperx-app/health';

export const name = PLUGIN;

/** The targets that keep an image healthy, for each Dockerfile that nx-images makes a project of, and those of the family. */
export const createNodes: CreateNodes = [
  '**/{Dockerfile,Dockerfile.*,*.Dockerfile}',
  (files, _options, { nxJsonConfiguration }) => {
    const { dockerfiles } = optionsOf(nxJsonConfiguration);
    const [family = ''] = dockerfiles.split(/\/?[^/]*[*?{[]/);
    return files
      .filter((file) => minimatch(file, dockerfiles))
      .map((file) => {
        const folder = dirname(file);
        const targets = imageTargets(basename(folder), dirname(dockerfiles));
        // Names as nx-images gives them: where it refuses a Dockerfile, Nx would complain of each project without one.
        const projects = { [folder]: { name: basename(folder), root: folder, targets } };
        if (family !== '') projects[family] = { name: 'images', root: family, targets: familyTargets() };
        return [file, { projects }] as const;
      });
  },
];

/**
 * Targets of one image. Pure.
 * @param folders glob of the images' folders
 */
export function imageTargets(image: string, folders: string): Record<string, TargetConfiguration> {
  const tool = { projects: [PLUGIN], input: 'default' };
  return {
    'docker-lint': {
      executor: `${PLUGIN}:docker-lint`,
      cache: true,
      inputs: [
        // A file that must not enter an image is none of its inputs, and a finding.
        '{projectRoot}/**/*',
        // Whose layer a package is in, the whole family says.
        `{workspaceRoot}/${folders}/{Dockerfile,requirements.in,requirements.lock}`,
        '{workspaceRoot}/.hadolint.yaml',
        '{workspaceRoot}/tools/checks/requirements.lock',
        ...Object.values(OPTION_VARIABLES).map((env) => ({ env })),
        // What reads Dockerfiles and requirements is part of the linter.
        { projects: [PLUGIN, '@cp-whisperx-app/nx-images'], input: 'default' },
        '{workspaceRoot}/libs/versions/src/**/*',
        { externalDependencies: [] },
      ],
      outputs: [`{workspaceRoot}/dist/lint/${image}.json`],
      metadata: {
        description: `Checks the Dockerfile of ${image}: its layers' order, pins, labels, secrets`,
      },
    },
    'docker-audit': {
      executor: `${PLUGIN}:docker-audit`,
      cache: true,
      dependsOn: ['docker-build'],
      // The first task reads layers for all of the run; another one beside it would read them too.
      parallelism: false,
      inputs: ['image', '^image', tool, { externalDependencies: [] }],
      outputs: [`{workspaceRoot}/dist/audit/${image}.json`],
      metadata: {
        description: `Reads the layers of ${image}: what is there twice, wasted, or should not be there`,
      },
    },
    why: target('why', `Says why ${image} would be built, or why it was`),
  };
}

/** Targets of the family as a whole: `nx run images:report`. Pure. */
function familyTargets(): Record<string, TargetConfiguration> {
  return {
    report: target('images-report', 'Tells sizes, age and place of all images, and writes a page of them'),
    tree: target('images-tree', 'Shows which image stands on which'),
    budgets: {
      ...target('images-budgets', 'Holds the sizes of the images against their budgets'),
      dependsOn: [{ projects: 'tag:image', target: 'docker-audit' }],
      configurations: { update: { update: true } },
    },
  };
}

const target = (executor: string, description: string): TargetConfiguration => ({
  executor: `${PLUGIN}:${executor}`,
  cache: false,
  inputs: [{ externalDependencies: [] }],
  metadata: { description },
});
