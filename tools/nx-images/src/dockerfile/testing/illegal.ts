/** Dockerfiles that BuildKit refuses, the code of our problem, its line, and BuildKit's words. */
interface Illegal {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly line: number;
  readonly says: RegExp;
}

const illegal = (name: string, text: string, code: string, line: number, says: RegExp): Illegal => ({
  name,
  text,
  code,
  line,
  says,
});

const inStage = (name: string, line: string, code: string, says: RegExp): Illegal =>
  illegal(name, `FROM scratch\n${line}\n`, code, 2, says);

export const ILLEGAL: readonly Illegal[] = [
  illegal('an empty file', '', 'no-stage', 1, /Dockerfile cannot be empty|no instructions/),
  illegal('comments only', '# nothing\n\n', 'no-stage', 1, /no instructions/),
  illegal('no FROM', 'ARG A\n', 'no-stage', 1, /no stages/),
  illegal('an instruction before FROM', 'ARG A\nRUN true\nFROM scratch\n', 'no-stage', 2, /no build stage/),
  illegal('an escape that is none', '# escape=^\nFROM scratch\n', 'directive', 1, /invalid escape token/),
  illegal(
    'a directive twice',
    '# check=skip=all\n# check=skip=all\nFROM scratch\n',
    'directive',
    2,
    /only one/,
  ),
  illegal('a blank base', 'ARG A\nFROM $A\n', 'blank-reference', 2, /should not be blank/),
  illegal('an unclosed brace in FROM', 'FROM ${A\n', 'expansion', 1, /unsupported modifier|missing '}'/),
  illegal('a demanded variable', 'ARG A\nFROM ${A:?say-it}\n', 'variable-unset', 2, /A: say-it/),
  illegal('an unclosed quote', "ARG A='x\nFROM scratch\n", 'quote', 1, /matching single-quote/),
  illegal('upper case in an image', 'FROM nximages-corpus/Upper\n', 'reference', 1, /invalid reference/),
  illegal(
    'upper case in a FROM of a stage',
    'FROM scratch AS a\nFROM A\n',
    'reference',
    2,
    /invalid reference/,
  ),
  illegal('a short digest', 'FROM nximages-corpus/tiny@sha256:12\n', 'reference', 1, /invalid reference/),
  illegal('two words after FROM', 'FROM scratch AS\n', 'arguments', 1, /one or three arguments/),
  illegal('a number as name', 'FROM scratch AS 1st\n', 'stage-name', 1, /invalid name for build stage/),
  illegal('a platform that is none', 'FROM --platform=a/b/c/d scratch\n', 'platform', 1, /platform/),
  illegal('an unknown platform', 'FROM --platform=vax scratch\n', 'platform', 1, /unknown operating system/),
  illegal(
    'a heredoc without end',
    'FROM scratch\nCOPY <<EOF /a\nx\n EOF\n',
    'heredoc',
    2,
    /unterminated heredoc/,
  ),
  inStage('an unknown instruction', 'FORM scratch', 'unknown-instruction', /unknown instruction/),
  inStage('an unknown flag', 'COPY --form=a a.txt /', 'flag', /unknown flag/),
  inStage('a flag on CMD', 'CMD --flag x', 'flag', /unknown flag/),
  inStage('a flag twice', 'COPY --from=a --from=b a.txt /', 'flag', /duplicate flag/),
  inStage('a flag without value', 'COPY --from a.txt /', 'flag', /missing a value/),
  inStage('a switch with a word', 'COPY --link=maybe a.txt /', 'flag', /expecting boolean/),
  inStage('a network that is none', 'RUN --network=some true', 'flag', /invalid network/),
  inStage(
    'a variable in --from',
    'COPY --from=$A a.txt /',
    'from-variable',
    /variable expansion is not supported/,
  ),
  inStage('an index too high', 'COPY --from=3 a.txt /', 'stage-order', /invalid stage index/),
  inStage('an index below zero', 'COPY --from=-1 a.txt /', 'stage-order', /invalid stage index/),
  inStage('a stage from itself', 'COPY --from=0 a.txt /', 'stage-order', /circular dependency/),
  illegal(
    'a stage from a later one',
    'FROM scratch AS a\nCOPY --from=b a.txt /\nFROM a AS b\n',
    'stage-order',
    2,
    /needs to be defined before/,
  ),
  inStage('an upper case --from', 'COPY --from=Nothing a.txt /', 'reference', /invalid reference/),
  inStage('a COPY without destination', 'COPY a.txt', 'arguments', /at least two arguments/),
  inStage('a heredoc as destination', 'COPY a.txt <<EOF\nEOF', 'heredoc', /cannot accept a heredoc/),
  inStage('a JSON form with a number', 'COPY ["a", 1]', 'json-form', /strings only/),
  inStage('ENV without value', 'ENV A', 'arguments', /must have two arguments/),
  inStage('ENV with a bare word', 'ENV A=1 B', 'arguments', /can't find =/),
  inStage('ENV without name', 'ENV =1', 'arguments', /can not be blank/),
  inStage('ARG without name', 'ARG =1', 'arguments', /can not be blank/),
  inStage('ARG alone', 'ARG', 'arguments', /at least one argument/),
  inStage('SHELL as words', 'SHELL /bin/sh -c', 'arguments', /JSON/),
  inStage('USER alone', 'USER', 'arguments', /exactly one argument/),
  inStage('VOLUME with a blank', 'VOLUME [" "]', 'arguments', /empty string/),
  inStage('EXPOSE alone', 'EXPOSE', 'arguments', /at least one argument/),
  inStage('HEALTHCHECK of a kind', 'HEALTHCHECK SOME true', 'arguments', /Unknown type/),
  inStage('HEALTHCHECK NONE with words', 'HEALTHCHECK NONE x', 'arguments', /takes no arguments/),
  inStage('HEALTHCHECK CMD alone', 'HEALTHCHECK CMD', 'arguments', /Missing command/),
  inStage('HEALTHCHECK with a bad time', 'HEALTHCHECK --timeout=soon CMD true', 'flag', /invalid duration/),
  inStage('ONBUILD FROM', 'ONBUILD FROM scratch', 'onbuild', /isn't allowed/),
  inStage('ONBUILD ONBUILD', 'ONBUILD ONBUILD RUN true', 'onbuild', /isn't allowed/),
  inStage('ONBUILD alone', 'ONBUILD', 'arguments', /at least one argument/),
  inStage('a mount of a kind', 'RUN --mount=type=disk,target=/x true', 'mount', /unsupported mount type/),
  inStage('a mount with a bad key', 'RUN --mount=typ=bind,target=/x true', 'mount', /unexpected key/),
  inStage('a mount with a bare word', 'RUN --mount=target true', 'mount', /must be a key=value/),
  inStage(
    'a variable in a mount’s from',
    'RUN --mount=from=$A,target=/x true',
    'mount',
    /doesn't support variable/,
  ),
  inStage(
    'required before the type',
    'RUN --mount=required,type=secret,id=a true',
    'mount',
    /unexpected key/,
  ),
  inStage('a secret without id', 'RUN --mount=type=secret true', 'mount', /invalid secret mount/),
  illegal(
    'a secret with from',
    'FROM scratch AS a\nFROM scratch\nRUN --mount=type=secret,id=i,from=a true\n',
    'mount',
    3,
    /should not have a from/,
  ),
  inStage(
    'sharing of a bind mount',
    'RUN --mount=target=/x,sharing=locked true',
    'mount',
    /invalid cache sharing/,
  ),
  inStage('mode of a bind mount', 'RUN --mount=target=/x,mode=0755 true', 'mount', /mode not allowed/),
  inStage('a mount with half a quote', 'RUN --mount=target=\\"/x true', 'mount', /csv/),
];
