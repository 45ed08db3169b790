import type { Pipeline } from '../model/pipeline.ts';
import { composeFile } from './compose.ts';
import { docsPage } from './docs.ts';
import { prefixOf } from './image.ts';
import { workflowFile } from './workflow.ts';

/** Everything that follows from the stages, by its path in the workspace. Pure. */
export const derivedFiles = (
  pipeline: Pipeline,
  imageName: string,
  read: (path: string) => string | undefined,
): Readonly<Record<string, string>> => ({
  'compose.yaml': composeFile(pipeline, prefixOf(imageName)),
  [DOCS]: docsPage(pipeline, read(DOCS)),
  'deploy/argo/workflow.yaml': workflowFile(pipeline, prefixOf(imageName)),
});

const DOCS = 'docs/pipeline.md';
