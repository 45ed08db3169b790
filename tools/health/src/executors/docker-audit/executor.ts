import { chainOf, contextOf, ensureImages, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { audit } from '../../audit/audit.ts';
import { listLayers, writeAudit } from '../../audit/files.ts';
import { secretHashes } from '../../audit/secret-files.ts';
import { stepsOf } from '../../audit/steps.ts';
import { auditText } from '../../audit/text.ts';

/** Audits one image; what it reads of layers is kept, so that images which share one read it once. */
export default function dockerAudit(_options: object, nx: ExecutorContext): Promise<{ success: boolean }> {
  return task(async () => {
    const name = nx.projectName ?? '';
    const context = contextOf(nx);
    const [ensured] = await ensureImages([name], 'engine', context);
    const diffIds = ensured?.loaded?.diffIds;
    if (ensured === undefined || diffIds === undefined) throw new Error(`${name} is not in the engine`);
    const { plan } = ensured;
    const steps = stepsOf(name, chainOf(context.graph, name), diffIds.length, context.graph);
    const others = context.together.flatMap((one) => context.plans.get(one)?.keyed ?? []);
    const layers = await listLayers(nx.root, { reference: plan.keyed, diffIds }, others, context.say);
    const record = audit({
      name,
      dockerfile: plan.dockerfile,
      image: plan.image,
      key: plan.key,
      base: plan.base,
      layers,
      steps,
      secrets: secretHashes(plan.secrets),
    });
    writeAudit(nx.root, record);
    context.say(auditText(record));
    return record.findings.length === 0;
  });
}
