import {
  inspectImages,
  KEY_LABEL,
  readMade,
  readReceipt,
  type BuildPlan,
  type contextOf,
} from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditPath, type AuditRecord, type Distribution } from '../audit/record.ts';
import type { Family, Found } from './assemble.ts';

type Context = Pick<ReturnType<typeof contextOf>, 'root' | 'plans' | 'graph' | 'registries'>;

/** What is recorded of all images, without a question to anybody. */
export function recorded({ root, plans, graph }: Pick<Context, 'root' | 'plans' | 'graph'>): Family {
  const found = [...plans.values()].map(({ name, key }): readonly [string, Found] => {
    const receipt = readReceipt(root, name);
    return [
      name,
      {
        key,
        receipt: receipt === undefined || 'wrong' in receipt ? undefined : receipt,
        seconds: readMade(root, key)?.build?.seconds,
      },
    ];
  });
  return {
    made: new Date().toISOString(),
    graph,
    found: new Map(found),
    packages: new Map([...plans.keys()].flatMap((name) => packagesOf(root, name))),
    unanswered: [],
  };
}

/** The same, and where the images are: the engine and the registries are asked. An engine that does not answer is told. */
export async function collect(context: Context): Promise<Family> {
  const { plans, registries } = context;
  const family = recorded(context);
  const all = [...plans.values()];
  const unanswered: string[] = [];
  const loaded = await inspectImages(all.map(({ keyed }) => keyed)).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    unanswered.push(
      ...error.problems.map(({ message, mend }) => `The engine was not asked: ${message}. ${mend}`),
    );
    return new Map<string, never>();
  });
  const asked = all.map(async (plan): Promise<readonly [string, Found]> => {
    const image = loaded.get(plan.keyed);
    const there = image?.labels[KEY_LABEL] === plan.key ? image : undefined;
    const published = await registries.image(plan, baseOf(plan, plans));
    const host = published?.reference.replace(/\/.*/, '');
    const known = family.found.get(plan.name) ?? { key: plan.key };
    return [
      plan.name,
      {
        ...known,
        built: there?.created,
        places:
          unanswered.length > 0 && host === undefined
            ? undefined
            : [...(there === undefined ? [] : ['engine']), ...(host === undefined ? [] : [host])],
      },
    ];
  });
  return { ...family, found: new Map(await Promise.all(asked)), unanswered };
}

const baseOf = ({ base }: BuildPlan, plans: Context['plans']): BuildPlan | undefined =>
  base === undefined ? undefined : plans.get(base);

/** What docker-audit read of the layers of an image: the same layer has the same packages, whatever image it is of. */
function packagesOf(
  root: string,
  name: string,
): (readonly [diffId: string, packages: readonly Distribution[]])[] {
  const path = join(root, auditPath(name));
  if (!existsSync(path)) return [];
  try {
    const { schema, layers } = JSON.parse(readFileSync(path, 'utf8')) as AuditRecord;
    return (schema as number) === 1
      ? layers.map(({ diffId, distributions }) => [diffId, distributions] as const)
      : [];
  } catch {
    return [];
  }
}
