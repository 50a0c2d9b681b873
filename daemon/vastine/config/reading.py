"""What reading a file of settings has come to: where it stands, and everything that was found wrong on the way."""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vastine.config.schema import Setting
from vastine.config.settings import Problem, SettingsError
from vastine.config.values import meant

_SECRETS = ("password", "password_file", "credential", "oauth")
_LARGEST_SECRET = 64 * 1024


@dataclass(slots=True, kw_only=True)
class Reading:
    """The state of one `load`. With `with_secrets` false no secret is read: what needs none does without them."""

    file: str
    folder: Path
    credentials: Path | None
    with_secrets: bool
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def wrong(self, place: str, message: str) -> None:
        self.problems.append(Problem(file=self.file, place=place, message=message))

    def has_problems(self, place: str) -> bool:
        """Whether something is wrong in the table at that place, or in one below it."""
        return any(problem.place == place or problem.place.startswith(f"{place}.") for problem in self.problems)

    def warn(self, place: str, message: str) -> None:
        self.warnings.append(Problem(file=self.file, place=place, message=message))

    def table(self, place: str, raw: Mapping[str, Any], schema: Mapping[str, Setting]) -> dict[str, Any]:
        """The values of a table by name: what is written, else the default, else None; None too for what is wrong."""
        for key in [key for key in raw if key not in schema]:
            self.wrong(below(place, key), f"is not a setting{meant(key, schema)}")
        return {key: self._value(below(place, key), key, raw, setting) for key, setting in schema.items()}

    def overriding(self, place: str, raw: Mapping[str, Any], schema: Mapping[str, Setting]) -> dict[str, Any]:
        """Only what is written in the table, read by the same schema."""
        optional = {key: Setting(setting.read) for key, setting in schema.items()}
        return {key: value for key, value in self.table(place, raw, optional).items() if key in raw}

    def _value(self, place: str, key: str, raw: Mapping[str, Any], setting: Setting) -> Any:
        if key not in raw:
            if setting.required:
                self.wrong(place, "is missing")
            return None if setting.default is None else setting.read(setting.default)
        try:
            return setting.read(raw[key])
        except ValueError as error:
            self.wrong(place, str(error))
            return None

    def path(self, written: str) -> Path:
        return self.folder / written

    def existing(self, place: str, written: str | None) -> Path | None:
        """A file for logging in, which must be there; None where none is written."""
        if written is None:
            return None
        path = self.path(written)
        if self.with_secrets and not path.is_file():
            self.wrong(place, f"there is no file {path}")
        return path

    def secret(self, place: str, values: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
        """The one secret of a table, in whichever of the three ways it is given; None where it is wrong."""
        given = [key for key in _SECRETS if key in raw]
        if not given:
            self.wrong(place, "has no secret: write password_file, credential or password")
        if len(given) > 1:
            self.wrong(place, f"has more than one secret: {' and '.join(given)}")
        if len(given) != 1 or values[given[0]] is None:
            return None
        if not self.with_secrets:
            return ""
        key, value = given[0], values[given[0]]
        if key == "password":
            return str(value)
        path = self.path(value) if key == "password_file" else self.credential(below(place, key), value)
        return None if path is None else self._content(below(place, key), path)

    def credential(self, place: str, name: str) -> Path | None:
        """The file of a systemd credential, see systemd.exec(5); whether it is there is not looked at."""
        if self.credentials is None and not self.with_secrets:
            return self.path(name)
        if self.credentials is None:
            self.wrong(
                place,
                "there are no credentials: systemd sets $CREDENTIALS_DIRECTORY for the units that it starts;"
                " outside of them use password_file",
            )
            return None
        return self.credentials / name

    def _content(self, place: str, path: Path) -> str | None:
        try:
            with path.open("rb") as opened:
                mode = os.fstat(opened.fileno()).st_mode
                found = opened.read(_LARGEST_SECRET).decode("utf-8").removesuffix("\n").removesuffix("\r")
        except OSError as error:
            self.wrong(place, f"{path} cannot be read: {error.strerror}")
            return None
        except UnicodeDecodeError:
            self.wrong(place, f"{path} is not text in UTF-8")
            return None
        if mode & (stat.S_IRGRP | stat.S_IROTH) and self.credentials not in path.parents:
            self.warn(place, f"{path} can be read by others than its owner: chmod 600 {path}")
        if not found or not found.isprintable():
            self.wrong(place, f"{path} must hold the secret in one line")
            return None
        return found


def below(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def parse(path: Path, file: str) -> dict[str, Any]:
    """The TOML of the file as it stands; raises SettingsError with the line where it cannot be read."""
    try:
        octets = path.read_bytes()
    except FileNotFoundError as error:
        message = f"{path} does not exist: name a file with --config or $VASTINE_CONFIG"
        raise SettingsError((Problem(file=file, message=message),)) from error
    except OSError as error:
        raise SettingsError((Problem(file=file, message=f"{path} cannot be read: {error.strerror}"),)) from error
    try:
        return tomllib.loads(octets.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise SettingsError((Problem(file=file, line=line, message="is not text in UTF-8"),)) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError((_syntax(file, str(error), octets.count(b"\n") + 1),)) from error
    except RecursionError as error:
        raise SettingsError((Problem(file=file, line=1, message="is nested too deeply"),)) from error


def _syntax(file: str, said: str, last_line: int) -> Problem:
    """Python says `Invalid value (at line 3, column 5)`, or `(at end of document)`."""
    message, _, where = said.rstrip(")").rpartition(" (at ")
    digits = where.removeprefix("line ").partition(",")[0]
    line = int(digits) if digits.isdigit() else last_line
    return Problem(file=file, line=line, message=(message or said).rstrip())
