"""Settings of a stage: defaults < TOML file < environment < command line, checked before any work."""

import tomllib
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import Field, FilePath, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    CliSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from stagekit.errors import InvalidInput
from stagekit.logs import LogFormat


class StageSettings(BaseSettings):
    """What every stage takes. A stage adds its own fields and sets `env_prefix` in its model_config."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, cli_kebab_case=True, cli_implicit_flags=True, cli_hide_none_type=True
    )

    input: FilePath = Field(description="file to work on")
    output: Path = Field(description="file to write; its folder must exist")
    config: FilePath | None = Field(
        default=None, description="TOML file with settings, of this stage or of several in tables: [asr]"
    )
    force: bool = Field(default=False, description="do it again where it is done and nothing has changed")
    log_format: LogFormat = Field(default="console", description="lines for people, or JSON for machines")
    debug: bool = Field(default=False, description="log everything, and show the traceback of a failure")

    def recorded(self) -> dict[str, Any]:
        """Return what the manifest records: the settings that shape the result."""
        return self.model_dump(mode="json", exclude={"config", "force", "log_format", "debug"})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (the signature is pydantic's)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources, strongest first; pydantic puts the command line before them."""
        return init_settings, env_settings, _ConfigFile(settings_cls)


class _ConfigFile(PydanticBaseSettingsSource):
    """The TOML file that the stronger sources name as `config`."""

    def __call__(self) -> dict[str, Any]:
        path = self.current_state.get("config")
        if path is None:
            return {}
        try:
            # Editors on Windows begin a file with a byte order mark.
            found = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise InvalidInput(f"settings file {path}: {reason}") from error
        # A file for several stages: `[silero-vad]` is the table of the stage whose prefix is SILERO_VAD_.
        prefix = str(self.settings_cls.model_config.get("env_prefix", ""))
        table = prefix.rstrip("_").lower().replace("_", "-")
        if not any(isinstance(value, dict) for value in found.values()):
            table, own = "", found
        else:
            own = found.get(table, {})
            if not isinstance(own, dict):
                raise InvalidInput(
                    f"settings file {path}: {table} is no table; write [{table}] above its settings"
                )
        self._check_names(own, f"settings file {path}" + (f", [{table}]" if table else ""))
        return own

    def _check_names(self, given: dict[str, Any], place: str) -> None:
        known = list(self.settings_cls.model_fields)
        for name in given:
            if name in known:
                continue
            near = get_close_matches(name.replace("-", "_"), known, n=1)
            raise InvalidInput(f"{place}: no such setting: {name}" + (f"; is it {near[0]}?" if near else ""))

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        return None, "", False


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        if "expected one argument" in message:
            message += " (a value that begins with - is given as --name=VALUE)"
        raise InvalidInput(f"{message}; see --help")


Settings = TypeVar("Settings", bound=StageSettings)


def load_settings(kind: type[Settings], stage: str, about: str, arguments: Sequence[str]) -> Settings:
    """Return the settings of one run from `arguments`, the environment and the file they name.

    Raises:
        InvalidInput: with every wrong setting in one sentence.
        SystemExit: after --help.

    """
    prefix = kind.model_config.get("env_prefix", "")
    parser = _Parser(
        prog=stage,
        description=about,
        argument_default=SUPPRESS,
        allow_abbrev=False,
        epilog=f"Every option is also a variable ({prefix}INPUT=…) and a line of the TOML file --config "
        "(input = '…'); the command line wins over the environment, the environment over the file. "
        f"`{stage} selftest [--json]` says what this image finds, `{stage} --schema` describes the output.",
    )
    try:
        command_line: CliSettingsSource[Any] = CliSettingsSource(
            kind, root_parser=parser, cli_parse_args=list(arguments)
        )
        return kind(_cli_settings_source=command_line)
    except ValidationError as error:
        raise InvalidInput("; ".join(_explain(dict(e), prefix) for e in error.errors())) from error
    except SettingsError as error:
        raise InvalidInput(str(error)) from error


def _explain(error: dict[str, Any], prefix: str) -> str:
    """Name the option, the variable and the complaint of one pydantic error; `input` only where it helps."""
    name = ".".join(map(str, error["loc"]))
    if not name:
        return str(error["msg"]).removeprefix("Value error, ")
    option = f"--{name.replace('_', '-')} ({prefix}{name.upper()})"
    if error["type"] == "missing":
        return f"{option} is required"
    if error["type"] == "extra_forbidden":
        return f"no such setting: {name}"
    return f"{option}: {error['msg']}, got {error['input']!r}"
