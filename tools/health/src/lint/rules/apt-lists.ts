import type { Rule } from '../rule.ts';
import { aptLists, lineIn, removesLists, shellsOf } from '../shell.ts';
import { finalStages, instructionsOf, type Subject } from '../subject.ts';

/**
 * Who asks apt for anything takes its package lists away in the same RUN, or keeps them on a mount; programs that a RUN mounts
 * are read too. Source: Docker, "Building best practices: apt-get"; hadolint DL3009, which reads no programs.
 */
export const aptListsLeft: Rule = {
  name: 'apt-lists',
  reason: 'the lists are some 20 MB that are stale the next day, and a later RUN can only hide them',
  check: (subject) =>
    finalStages(subject).flatMap((stage) =>
      instructionsOf(subject, stage)
        .filter(({ keyword, line }) => keyword === 'RUN' && !onMount(stage, line))
        .flatMap((run) => {
          const shells = shellsOf(subject, stage, run);
          return shells.flatMap((shell, index) => {
            const at = aptLists(shell.text);
            // What a program leaves, the RUN that runs it may take away.
            const cleaned = index > 0 && removesLists(shells[0]?.text ?? '');
            if (at === undefined || cleaned) return [];
            return [
              {
                file: shell.file,
                line: index === 0 ? run.line : lineIn(shell, at),
                message: 'the package lists of apt stay in the layer',
                mend: 'add rm -rf /var/lib/apt/lists/* to the same RUN, after the last apt-get',
              },
            ];
          });
        }),
    ),
};

const onMount = ({ mounts }: Subject['stages'][number], run: number): boolean =>
  mounts.some(
    ({ line, type, target = '' }) =>
      line === run &&
      (type === 'cache' || type === 'tmpfs') &&
      '/var/lib/apt/lists/'.startsWith(`${target.replace(/\/$/, '')}/`),
  );
