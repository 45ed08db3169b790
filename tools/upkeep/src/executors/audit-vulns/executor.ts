import { contextOf, ensureImages, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { resolve } from 'node:path';
import { tell, type TellOptions } from '../../tell.ts';
import { readAllowed } from '../../vulnerabilities/allowed.ts';
import { debianPackages, lockedPackages } from '../../vulnerabilities/asked.ts';
import { audit, open } from '../../vulnerabilities/audit.ts';
import { askDebian } from '../../vulnerabilities/debian.ts';
import { imagesOf, locksIn } from '../../places.ts';
import { allowedIn, systemImages } from '../../vulnerabilities/places.ts';
import { auditMarkdown, auditText } from '../../vulnerabilities/report.ts';
import { getScanner, scan } from '../../vulnerabilities/scanner.ts';

interface Options extends TellOptions {
  readonly database?: string;
}

/** Tells known vulnerabilities of what the images are made of; fails where one is not borne. */
export default function auditVulns(
  { database: folder, format = 'text', output }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    const { root } = nx;
    const allowed = readAllowed(allowedIn(root));
    const locked = lockedPackages(locksIn(root, context.graph));
    const systems = await ensureImages(systemImages(context.graph), 'engine', context);
    const debian = debianPackages(
      await Promise.all(systems.map(({ plan }) => askDebian(plan.name, plan.keyed))),
    );
    const packages = [...locked, ...debian];
    const program = await getScanner(root);
    const database = folder === undefined ? ('osv.dev' as const) : { folder: resolve(root, folder) };
    console.error(`looking up ${String(packages.length)} packages in ${folder ?? 'osv.dev'}`);
    const hits = await scan(program, packages, database);
    const audited = audit({
      packages,
      hits,
      allowed,
      imagesOf: imagesOf(context.graph),
      day: new Date().toISOString().slice(0, 10),
      database: folder ?? 'osv.dev',
    });
    const told = { text: auditText, json: JSON.stringify, markdown: auditMarkdown }[format];
    tell(told(audited), output, root);
    return open(audited).length === 0 && audited.stale.length === 0;
  });
}
