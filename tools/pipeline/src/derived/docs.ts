import { networkOf } from '../layout.ts';
import type { Pipeline, Stage } from '../model/pipeline.ts';

const BEGIN = '<!-- made by "npx nx sync" from images/*/stage.json -->';
const END = '<!-- end of what is made -->';

/** The page with its block made anew; what stands around it stays. A page without one gets it at its end. Pure. */
export function docsPage(pipeline: Pipeline, page = '# The pipeline\n'): string {
  const made = `${BEGIN}\n\n${block(pipeline)}\n\n${END}`;
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) return `${page.trimEnd()}\n\n${made}\n`;
  return page.slice(0, begin) + made + page.slice(end + END.length);
}

const block = (pipeline: Pipeline): string =>
  [
    `Order: ${pipeline.map(({ name }) => name).join(', ')}.`,
    graph(pipeline),
    [
      '| | stage | device | reads | writes | network | tokens | what it does |',
      '|---|---|---|---|---|---|---|---|',
      ...pipeline.map(row),
    ].join('\n'),
  ].join('\n\n');

const graph = (pipeline: Pipeline): string =>
  [
    '```mermaid',
    'graph TD',
    '  film([film])',
    ...pipeline.flatMap(({ name, device, inputs, after }) => [
      `  ${name}${device === 'gpu' ? `{{${name}}}` : `[${name}]`}`,
      ...(inputs.some(({ from }) => from === undefined) ? [`  film --> ${name}`] : []),
      ...after.map((other) => `  ${other} --> ${name}`),
    ]),
    '```',
  ].join('\n');

function row(stage: Stage, index: number): string {
  const { name, device, inputs, outputs, tokens, description } = stage;
  const reads = inputs.map(({ from }) => (from === undefined ? 'the film' : `${from.stage}/${from.file}`));
  const cells = [
    String(index + 1),
    name,
    device.toUpperCase(),
    [...new Set(reads)].join(', '),
    outputs.map(({ file }) => file).join(', '),
    { none: 'no', models: 'for models', work: 'yes' }[networkOf(stage)],
    tokens.join(', '),
    description,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
