import { dockerfilesOf, optionsOf, readWorkspace, task } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import type { ExecutorContext } from '@nx/devkit';
import { readFamily, writeLint } from '../../lint/files.ts';
import { runLinters } from '../../lint/run.ts';
import { lintText, type Format } from '../../lint/text.ts';

/** Checks one image's Dockerfile and what stands beside it. */
export default function dockerLint(
  { format = process.env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'text' }: { readonly format?: Format },
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const options = optionsOf(nx.nxJsonConfiguration);
    const { graph } = readWorkspace(nx.root, dockerfilesOf(nx.projectGraph), options);
    const family = readFamily(nx.root, graph, options);
    const subject = family.get(nx.projectName ?? '');
    if (subject === undefined) throw new Error(`there is no image ${nx.projectName ?? ''} in this workspace`);
    const { record, problems } = await runLinters(nx.root, subject, family);
    // Nothing found by some of the linters must not read as nothing found.
    if (problems.length === 0 || record.findings.length > 0) console.log(lintText(record, format));
    if (problems.length > 0) throw new ProblemError(...problems);
    writeLint(nx.root, record);
    return record.findings.length === 0;
  });
}
