"""The settings of everything, as one frozen tree that is passed by hand, and where they come from.

The first that names a setting wins: explicit values; a variable such as QA_ANSWER__THRESHOLD; the file
qa.toml in the working directory; the default. They are read when a `Settings` is made, never at import.
QA_INDEX names the index folder for the command line and is no setting.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.settings import IndexSettings
from qa.errors import BadSettings

FILE = Path("qa.toml")
PREFIX = "QA_"
NESTED = "__"


class AnswerSettings(BaseModel):
    """How an answer is chosen, and which model may write it. Keys are no settings: see qa/models.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5  # below this confidence a question is declined
    passages: PositiveInt = 8  # passages in which an answer is looked for
    max_sentences: PositiveInt = 3  # sentences of an answer, at most
    reader: Annotated[str, Field(min_length=1)] = "shipped"  # or "none", or a cross-encoder's path or name
    model: str | None = None  # writes it: "openai:gpt-5-mini", a URL, a GGUF file; none: it is quoted
    judge: str | None = None  # a second model, whose clear yes each of its sentences then needs
    timeout: Annotated[float, Field(gt=0)] = 60  # seconds that a model has for one reply, retries included
    retries: Annotated[int, Field(ge=0)] = 2  # of a request that failed before its first word
    prompt_tokens: PositiveInt = 2000  # tokens (cl100k) sent for one answer, at most
    answer_tokens: PositiveInt = 300  # tokens of one reply, at most
    total_tokens: PositiveInt | None = None  # both, for all questions of an Assistant; after them it quotes


class ServeSettings(BaseModel):
    """Where the chat listens, who may use it, and how much."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"  # address to listen on
    port: Annotated[int, Field(ge=0, le=65535)] = 7860  # 0 takes any that is free
    login: bool = False  # asked of everybody; only an address of this machine may go without
    data: Path | None = None  # folder of users, conversations and uploads; none: beside the index
    upload_mb: PositiveInt = 100  # size of one upload, at most, in 1,000,000 bytes
    questions_per_minute: PositiveInt = 60  # questions of one user, at most
    metrics: bool = False  # whether Prometheus is told of it at /metrics


class LogSettings(BaseModel):
    """What is told of the work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Not by the name it has outside: pydantic's models have a method `json`.
    as_json: bool = Field(default=False, alias="json")  # qa serve logs a JSON object a line, on stderr
    text: bool = False  # whether questions stand in logs and traces, too


class Settings(BaseSettings):
    """The whole tree. An unknown name or a value out of range is refused."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter=NESTED, toml_file=FILE
    )

    index: IndexSettings = IndexSettings()
    answer: AnswerSettings = AnswerSettings()
    serve: ServeSettings = ServeSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        variables = EnvSettingsSource(settings_cls)
        variables.env_vars = {name: value for name, value in variables.env_vars.items() if NESTED in name}
        return init_settings, variables, TomlConfigSettingsSource(settings_cls)


def load_settings(file: Path | None = None, explicit: Mapping[str, Any] | None = None) -> Settings:
    """The settings, from `file` in place of qa.toml where one is given. Raises BadSettings, in one line.

    explicit: values by section, {"serve": {"port": 0}}.
    """
    if file is not None and not file.is_file():
        raise BadSettings(f"no settings file {file}: check the path of --config")
    if file is None and FILE.is_dir():  # which the settings' own source takes for none
        raise BadSettings(f"{FILE} is a folder, where settings are read from: rename it")

    class Configured(Settings):
        model_config = SettingsConfigDict(toml_file=file or FILE)

    explicit = {section: given for section, given in (explicit or {}).items() if given}
    try:
        settings = Configured(**explicit)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise BadSettings("; ".join(_fault(fault, explicit, file or FILE) for fault in faults)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{file or FILE} is not TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file or FILE} cannot be read: {error}") from error
    if unread := list(_variables_of_no_section()):
        known = ", ".join(Settings.model_fields)
        raise BadSettings(f"no setting {', '.join(unread)}: its section is none of {known}")
    if parted := list(_variables_parted_once()):
        raise BadSettings(f"no setting {', '.join(parted)}: two underscores part a section from a setting")
    return settings


def _fault(fault: ErrorDetails, explicit: Mapping[str, Any], file: Path) -> str:
    """Where the fault stands and what it is: "qa.toml: no setting answer.thresold; there are: …"."""
    *sections, name = (str(part) for part in fault["loc"])
    path = ".".join((*sections, name))
    variable = PREFIX + NESTED.join((*sections, name)).upper()
    if sections and name in explicit.get(sections[0], {}):
        place = "argument"
    elif variable in (set_name.upper() for set_name in os.environ):
        place = variable
    else:
        place = str(file)
    if fault["type"] != "extra_forbidden":
        return f"{place}: {path} is {fault['input']!r}: {fault['msg'].lower()}"
    known: type[BaseModel] = Settings
    for section in sections:
        known = _model(known, section)
    names = (field.alias or name for name, field in known.model_fields.items())
    return f"{place}: no setting {path}; there are: {', '.join(names)}"


def _model(parent: type[BaseModel], section: str) -> type[BaseModel]:
    annotation = parent.model_fields[section].annotation
    assert isinstance(annotation, type)
    assert issubclass(annotation, BaseModel)
    return annotation


def _variables_parted_once() -> Iterator[str]:
    """Such as QA_ANSWER_THRESHOLD, which is QA_ANSWER__THRESHOLD."""
    for name in os.environ:
        section, *rest = name.upper().removeprefix(PREFIX).split("_")
        if name.upper().startswith(PREFIX) and rest and rest[0] and section.lower() in Settings.model_fields:
            yield name


def _variables_of_no_section() -> Iterator[str]:
    for name in os.environ:
        section, nested, _ = name.upper().removeprefix(PREFIX).partition(NESTED)
        if name.upper().startswith(PREFIX) and nested and section.lower() not in Settings.model_fields:
            yield name
