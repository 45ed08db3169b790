"""The frame of a stage: settings first, then the work, and at the end one exit code."""

import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Generic, NoReturn

from pydantic import BaseModel

from stagekit import errors, logs
from stagekit.files import check_places, remove
from stagekit.manifest import Recorder
from stagekit.settings import Settings, StageSettings, load_settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage(Generic[Settings]):
    """One step of the pipeline.

    `check` looks at what is cheap to look at. `run` may import heavy packages; it reads `--input` and what
    `extra_inputs` gives by option, and writes its outputs through `atomic_path` or `write_json`: `--output`,
    and what `extra_outputs` gives by option. `versions` are what its manifest records. Where a manifest shows
    that all this is done and unchanged, `run` isn't called.
    """

    name: str
    about: str
    settings: type[Settings]
    output: type[BaseModel]
    versions: Callable[[], dict[str, str]]
    check: Callable[[Settings], None]
    run: Callable[[Settings, Recorder], None]
    selftest: Callable[[], "SelfTest"]
    extra_outputs: Callable[[Settings], Mapping[str, Path]] = lambda _: {}
    extra_inputs: Callable[[Settings], Mapping[str, Path | None]] = lambda _: {}


class SelfTest(BaseModel):
    """What this image finds of its tools and devices."""

    ok: bool
    facts: dict[str, str]


def main(stage: Stage[Settings], arguments: Sequence[str] | None = None) -> int:
    """Run `stage` with the command line and return its exit code (see `errors`); `sys.exit` it.

    Beside its options a stage takes `selftest [--json]` and `--schema` (of its output JSON).
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    debug = "--debug" in arguments
    logs.configure(stage.name, "console", debug)
    try:
        if arguments[:1] == ["selftest"]:
            return _selftest(stage, arguments[1:])
        if arguments == ["--schema"]:
            _print(json.dumps(stage.output.model_json_schema(), indent=2))
            return errors.OK
        settings = load_settings(stage.settings, stage.name, stage.about, arguments)
        debug = settings.debug
        logs.configure(stage.name, settings.log_format, debug)
        manifest = Path(f"{settings.output}.manifest.json")
        outputs = {"--output": settings.output} | dict(stage.extra_outputs(settings))
        extra = {name: path for name, path in stage.extra_inputs(settings).items() if path is not None}
        inputs = {"--input": settings.input} | extra
        _check_files(settings, inputs, outputs | {"the manifest": manifest})
        stage.check(settings)
        recorder = Recorder(stage.name, settings, inputs.values(), stage.versions())
        again = "--force" if settings.force else recorder.why_again(manifest, outputs.values())
        if again is None:
            log.info("skipped: %s is there, and nothing it was made from has changed", settings.output)
            return errors.OK
        if manifest.exists():
            log.info("done again: %s", again)
        with logs.quiet_libraries():
            remove(manifest)  # an old one must never stand beside a new output
            stage.run(settings, recorder)
        recorder.write(manifest, outputs.values())
    except errors.StageError as error:
        return _fail(str(error), error.exit_code, debug)
    except KeyboardInterrupt:
        return _fail("interrupted", errors.INTERRUPTED, debug)
    except Exception as error:  # the boundary: everything ends as one line and a code
        hint = "" if debug else "; run again with --debug for the traceback"
        return _fail(f"unexpected {type(error).__name__}: {error}{hint}", errors.BUG, debug)
    log.info("wrote %s", ", ".join(map(str, outputs.values())))
    return errors.OK


def _fail(sentence: str, exit_code: int, debug: bool) -> int:
    """Log the one line of a failure, and with --debug where it came from."""
    log.error("%s", " ".join(sentence.split()), exc_info=debug)
    return exit_code


def _selftest(stage: Stage[Settings], arguments: Sequence[str]) -> int:
    """Print what the image finds, and return 0 where all that must work does, else `Missing`'s code."""
    if list(arguments) not in ([], ["--json"]):
        raise errors.InvalidInput("selftest takes nothing but --json")
    with logs.quiet_libraries():
        result = stage.selftest()
    width = max(map(len, result.facts), default=0)
    _print(
        result.model_dump_json(indent=2)
        if arguments
        else "\n".join(f"{name:{width}}  {value}" for name, value in result.facts.items())
    )
    return errors.OK if result.ok else errors.Missing.exit_code


def _print(text: str) -> None:
    """Write to standard output; a reader that has gone (`| head`) is no error."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def _check_files(settings: StageSettings, read: Mapping[str, Path], written: Mapping[str, Path]) -> None:
    """Refuse, before hours of work, inputs that can't be read and places that can't be written."""
    for name, path in read.items():
        if not path.is_file():
            raise errors.InvalidInput(f"{name} is no file: {path}; mount it, or leave the option out")
        if not os.access(path, os.R_OK):
            raise errors.InvalidInput(f"{path} can't be read by user {os.getuid()}; change its mode")
    given = {f"--{name.replace('_', '-')}": value for name, value in settings if isinstance(value, Path)}
    check_places({**read} | {name: path for name, path in given.items() if name not in written}, written)


def _terminate(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    """Leave through the `finally` blocks: as process 1 a program isn't ended by SIGTERM of itself."""
    sys.exit(errors.TERMINATED)
