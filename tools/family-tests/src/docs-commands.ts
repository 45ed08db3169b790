import { fromMarkdown } from 'mdast-util-from-markdown';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command that a page tells people to type. */
export interface DocCommand {
  /** From the workspace's root. */
  readonly file: string;
  readonly line: number;
  /** On one line, blanks single, without its remark. */
  readonly command: string;
  /** As it stands there, for a shell. */
  readonly text: string;
}

/** The pages for people; those inside a tool's src speak to who changes it. */
function pagesOf(root: string): readonly string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const folders = ['images', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`),
  );
  const pages = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`), ...folders];
  return pages.filter((page) => existsSync(join(root, page))).sort();
}

/** What a command begins with, after settings (`A=b`, `export`) and what is needed before it (`umask …`, `… &&`). */
const PROGRAMS =
  /^(apt-get|argo|bash|chmod|chown|cp|curl|docker|echo|git|gh|kubectl|make|mkdir|node|npm|npx|nx|openssl|pip|printf|rm|systemctl|tar|touch|umask|unset|uv)$/;

/** Scripts of this workspace, by their path. */
const SCRIPT = /^((tools|bench|\.ci)\/[\w./-]+\.sh|tools\/ci\/ci\.sh|\.ci\/run|bench\/[\w-]+\.mjs)$/;

/**
 * All commands of all pages, as they stand there. Three forms count:
 *
 * - a line of a fenced or an indented block that begins with a program or a script of the workspace, perhaps after
 *   settings; `\` at its end goes on, and a remark begins with two blanks and `#`;
 * - an assignment of such a block that runs something: `x=$(…)`, and settings for lines after it;
 * - inline code that begins with a program and has an argument, or is a script of the workspace.
 *
 * Blocks of a language that isn't a shell's (`mermaid`, `json`) don't count.
 */
export function docCommands(root: string): readonly DocCommand[] {
  return pagesOf(root).flatMap((file) =>
    commandsOf(readFileSync(join(root, file), 'utf8')).map((found) => ({ file, ...found })),
  );
}

/** As `docCommands`, of one page's text. Pure. */
export function commandsOf(text: string): readonly Omit<DocCommand, 'file'>[] {
  return codeOf(fromMarkdown(text)).flatMap(({ block, line, value }) =>
    block ? blockCommands(value, line) : inlineCommand(value, line),
  );
}

interface Code {
  readonly block: boolean;
  /** Of its first line of code. */
  readonly line: number;
  readonly value: string;
}

type MarkdownNode = ReturnType<typeof fromMarkdown> | ReturnType<typeof fromMarkdown>['children'][number];

function codeOf(node: MarkdownNode): readonly Code[] {
  const line = node.position?.start.line ?? 0;
  if (node.type === 'inlineCode') return [{ block: false, line, value: node.value }];
  if (node.type === 'code') {
    const shell =
      node.lang === null || node.lang === undefined || /^(sh|bash|shell|console)$/.test(node.lang);
    const lines = (node.position?.end.line ?? 0) - line + 1;
    const fenced = lines > node.value.split('\n').length;
    return shell ? [{ block: true, line: fenced ? line + 1 : line, value: node.value }] : [];
  }
  return 'children' in node ? node.children.flatMap(codeOf) : [];
}

function blockCommands(block: string, first: number): readonly Omit<DocCommand, 'file'>[] {
  const found: Omit<DocCommand, 'file'>[] = [];
  let [text, start] = ['', first];
  for (const [index, line] of block.split('\n').entries()) {
    if (text === '') start = first + index;
    text += text === '' ? line : `\n${line}`;
    // A quote that is open goes on too: a program given to python -c.
    if (line.endsWith('\\') || (text.match(/(?<!\\)'/g) ?? []).length % 2 === 1) continue;
    const command = tidy(text.replace(/\\\n/g, ' '));
    if (isCommand(command)) found.push({ line: start, command, text });
    text = '';
  }
  return found;
}

function inlineCommand(text: string, line: number): readonly Omit<DocCommand, 'file'>[] {
  const command = tidy(text);
  const [program = '', ...rest] = withoutSettings(command).split(' ');
  const said = rest.length > 0 ? isCommand(command) : SCRIPT.test(program) && program.endsWith('.sh');
  return said ? [{ line, command, text }] : [];
}

const tidy = (text: string): string =>
  text
    .replace(/(^|\s\s)#.*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();

function isCommand(command: string): boolean {
  const bare = withoutSettings(command);
  const [program = ''] = bare.split(' ');
  return (
    PROGRAMS.test(program) ||
    SCRIPT.test(program) ||
    /^("\$tools"\/|\{ )/.test(bare) ||
    /^\w+=\$\(/.test(command)
  );
}

/** Without `export`, `if`, and the assignments before a program; of assignments alone nothing is left. */
const withoutSettings = (command: string): string =>
  command.replace(/^(export )?((\w+=("[^"]*"|\$\([^)]*\)|\S*)|UID)( |$))*/, '');
