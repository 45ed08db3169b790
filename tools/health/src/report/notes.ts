import type { Family } from './assemble.ts';
import type { ReportLayer } from './data.ts';

/** What is not known of a family, and what mends it. Pure. */
export function notesOf(
  { graph, found, packages, unanswered }: Family,
  layers: readonly ReportLayer[],
): string[] {
  const names = [...graph.keys()];
  const receiptOf = (name: string) => found.get(name)?.receipt;
  const without = names.filter((name) => receiptOf(name) === undefined);
  const stale = names.filter((name) => {
    const key = receiptOf(name)?.key;
    return key !== undefined && key !== found.get(name)?.key;
  });
  const fetched = names.filter((name) => receiptOf(name)?.layers.some(({ size }) => size === undefined));
  const unread = layers.filter(({ diffId }) => !packages.has(diffId)).length;
  return [
    ...unanswered,
    ...say(
      without,
      (some) => `No sizes of ${some}: there is no record of a build. npx nx run-many -t docker-build`,
    ),
    ...say(
      stale,
      (some) =>
        `The sizes of ${some} are of other sources than the present ones. npx nx run ${stale[0] ?? ''}:why`,
    ),
    ...say(
      fetched,
      (some) =>
        `Layers of ${some} are not in the engine: bytes are those to fetch, compressed. npx nx run images:load`,
    ),
    ...(unread === 0
      ? []
      : [
          `The packages in ${unread} of ${layers.length} layers are not known: nobody read them. npx nx run-many -t docker-audit`,
        ]),
  ];
}

const say = (names: readonly string[], sentence: (some: string) => string): string[] =>
  names.length === 0 ? [] : [sentence(names.join(', '))];
