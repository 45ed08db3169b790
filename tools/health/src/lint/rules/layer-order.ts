import { FEEDS, layersOf, type Fed } from '../feeds.ts';
import type { Found, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/**
 * No layer after one whose input changes more often: system → Python → shared code → data → script.
 * Source: Docker, "Optimize cache usage in builds": a changed layer makes all layers after it anew; the family's design,
 * "layer order".
 */
export const layerOrder: Rule = {
  name: 'layer-order',
  reason:
    'a changed layer makes all after it anew, so what changes seldom comes first: system → Python → shared code → data → script',
  check: (subject) =>
    subject.stages.filter(({ needed }) => needed).flatMap((stage) => misplaced(subject, stage)),
};

function misplaced(subject: Subject, stage: Subject['stages'][number]): readonly Found[] {
  const { file } = subject.dockerfile;
  const own = layersOf(subject, stage);
  const all = withBelow(subject, stage);
  return own.flatMap(({ line, feed }) => {
    const before = all.slice(
      0,
      all.findIndex((layer) => layer.line === line),
    );
    const newer = before.find((layer) => layer.feed > feed);
    if (newer === undefined) return [];
    return [
      {
        file,
        line,
        message: `this layer (${name(feed)}) stands after that of line ${newer.line} (${name(newer.feed)}), which changes more often`,
        mend: `move line ${line} above line ${newer.line}`,
      },
    ];
  });
}

/** The layers of a stage after those of the stages that it stands on. */
function withBelow(subject: Subject, stage: Subject['stages'][number]): readonly Fed[] {
  const below = subject.stages[stage.base.stage ?? -1];
  return [...(below === undefined ? [] : withBelow(subject, below)), ...layersOf(subject, stage)];
}

const name = (feed: number): string => FEEDS[feed] ?? '';
