"""What lies in systemd/, and what docs/operating.md says of the settings: held against the program."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from vastine.config import load
from vastine.config.schema import TABLES

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "systemd/vastine.service"
EXAMPLE = ROOT / "systemd/vastine.toml"
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
SHIPPED = "/opt/vastine/bin/vastine"

needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
NAMES = [pytest.param(table, name, id=f"{table or 'top'}-{name}") for table, names in TABLES.items() for name in names]


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60, check=False)


def credentials_of_the_unit() -> list[str]:
    return re.findall(r"^LoadCredential=([^:]+):", UNIT.read_text(), flags=re.MULTILINE)


def section(table: str) -> str:
    """The part of docs/operating.md on a table of settings."""
    if not table:
        return OPERATING[OPERATING.index("## Settings") : OPERATING.index("### `[[mailbox]]`")]
    heading = f"### `[[{table}]]`" if table == "mailbox" else f"### `[{table}]`"
    return re.split(r"^##", OPERATING[OPERATING.index(heading) + 3 :], flags=re.MULTILINE)[0]


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit() -> None:
    checked = analyze("verify", str(UNIT))
    assert (checked.stdout + checked.stderr, checked.returncode) == ("", 0)


@needs_systemd
def test_the_unit_is_locked_up_well() -> None:
    rated = analyze("security", "--offline=true", "--threshold=12", str(UNIT))
    assert rated.returncode == 0, rated.stdout


def test_the_unit_does_not_start_again_what_only_a_person_can_mend() -> None:
    assert "RestartPreventExitStatus=75 78\n" in UNIT.read_text()


def test_the_unit_starts_the_command_that_the_manual_installs() -> None:
    unit = UNIT.read_text()
    assert "ExecStart=/usr/bin/env vastine run --config /etc/vastine/vastine.toml\n" in unit
    assert f"Environment=PATH={Path(SHIPPED).parent}:" in unit
    assert f"{SHIPPED} check" in OPERATING


def test_the_example_loads_with_the_credentials_of_the_unit(tmp_path: Path) -> None:
    for name in credentials_of_the_unit():
        (tmp_path / name).write_text(f"{name}\n")
    settings = load(EXAMPLE, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.mailboxes[0].imap.password == "imap-password"
    assert settings.mailboxes[0].smtp.password == "smtp-password"
    assert settings.key.path == tmp_path / "token-key"
    assert settings.warnings == ()


def test_the_example_keeps_its_state_where_the_unit_may_write(tmp_path: Path) -> None:
    settings = load(EXAMPLE, {}, with_secrets=False)
    assert settings.database == "sqlite:////var/lib/vastine/vastine.db"
    assert "StateDirectory=vastine\n" in UNIT.read_text()


@pytest.mark.parametrize(("table", "name"), NAMES)
def test_every_setting_stands_in_the_example(table: str, name: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    heading = {"": "", "mailbox": "[[mailbox]]"}.get(table, f"\n[{table}]")
    part = re.split(r"\n\[[^\[]", text[text.index(heading) + len(heading) :])[0]
    assert re.search(rf"^(# )?{name} = |\[+(mailbox\.|smtp\.)?{name}\]", part if table else text, flags=re.MULTILINE)


def test_the_example_shows_the_defaults() -> None:
    shown = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    shown["mailbox"] = shown["mailbox"][0]
    told_otherwise = {"database", "authentication", "addresses", "aliases", "method", "limits", "staff"}
    for table, settings in TABLES.items():
        written = shown[table] if table else shown
        for name in written.keys() - told_otherwise:
            assert settings[name].default in (None, written[name]), f"{table}.{name}"


@pytest.mark.parametrize(("table", "name"), NAMES)
def test_the_manual_names_every_setting_and_its_default(table: str, name: str) -> None:
    row = next(line for line in section(table).splitlines() if re.match(rf"\|[^|]*`{name}`", line))
    default = TABLES[table][name].default
    if default not in (None, {}):
        shown = {True: "true", False: "false", "": '""'}.get(
            default if not isinstance(default, list) else None, default
        )
        assert f"| `{shown}` |" in row


@pytest.mark.parametrize("table", TABLES)
def test_the_manual_names_no_setting_that_does_not_exist(table: str) -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", section(table), flags=re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert named == set(TABLES[table])


@pytest.mark.parametrize("code", ["0", "1", "2", "75", "78"])
def test_the_manual_tells_every_exit_code(code: str) -> None:
    assert f"\n| {code} | " in OPERATING
