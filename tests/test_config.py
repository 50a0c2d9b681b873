"""The settings: what may be written in vastine.toml, what it becomes, and how every mistake is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from vastine.config import Settings, SettingsError, find, load
from vastine.edges.smtp import Rate

SMALLEST = """
rules = "rules.yaml"

[[mailbox]]
name = "support"
address = "Asiakaspalvelu@yritys.example"
host = "imap.yritys.example"
user = "asiakaspalvelu"
password = "salaisuus"
{mailbox}

[smtp]
host = "smtp.yritys.example"
{smtp}
{more}
"""


def written(folder: Path, *, mailbox: str = "", smtp: str = "", more: str = "", top: str = "") -> Path:
    """The smallest settings that will do, with more lines in some of their tables."""
    path = folder / "vastine.toml"
    path.write_text(top + SMALLEST.format(mailbox=mailbox, smtp=smtp, more=more), encoding="utf-8")
    return path


def settings(folder: Path, environ: dict[str, str] | None = None, **lines: str) -> Settings:
    return load(written(folder, **lines), environ or {})


def problems(path: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(path, environ or {})
    return [str(problem) for problem in caught.value.problems]


def problems_with(folder: Path, **lines: str) -> list[str]:
    return problems(written(folder, **lines))


# What is there without being written


def test_the_smallest_settings_have_the_documented_values(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert (found.mode, found.admin, found.subaddress) == ("live", None, "+")
    assert found.hold_replies == timedelta(seconds=60)
    assert (found.limits.acknowledgements_per_sender_per_day, found.limits.acknowledgements_per_hour) == (4, 500)
    assert found.limits.mail_size == 50_000_000


def test_a_mailbox_has_the_documented_values(tmp_path: Path) -> None:
    (mailbox,) = settings(tmp_path).mailboxes
    assert (mailbox.imap.port, mailbox.imap.tls, mailbox.imap.ca_file) == (993, "implicit", None)
    assert (mailbox.folder, mailbox.done, mailbox.quarantine) == ("INBOX", "Vastine/Done", "Vastine/Quarantine")
    assert (mailbox.poll, mailbox.idle, mailbox.start) == (timedelta(seconds=60), True, "now")
    assert (mailbox.aliases, mailbox.language, mailbox.envelope) == ((), None, "subaddress")


def test_sending_has_the_documented_values(tmp_path: Path) -> None:
    smtp = settings(tmp_path).mailboxes[0].smtp
    assert (smtp.host, smtp.port, smtp.tls) == ("smtp.yritys.example", 587, "starttls")
    assert (smtp.user, smtp.connections, smtp.rate) == (None, 2, None)


def test_the_warning_about_none_names_what_staff_cannot_do(tmp_path: Path) -> None:
    assert "mail of staff to the desk" in str(load(written(tmp_path), {}).warnings)


def test_without_its_table_authentication_is_none_and_warned_about(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.mailboxes[0].policy.method == "none"
    assert [warning.place for warning in found.warnings] == ["authentication"]


# What it becomes


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.rules == tmp_path / "rules.yaml"
    assert found.key.path == tmp_path / "token.key"
    assert found.database == f"sqlite:///{tmp_path}/vastine.db"


def test_absolute_paths_stay(tmp_path: Path) -> None:
    path = written(tmp_path, top='database = "sqlite:////var/lib/vastine/vastine.db"\n')
    assert load(path, {}).database == "sqlite:////var/lib/vastine/vastine.db"


def test_a_database_server_is_taken_as_it_is_written(tmp_path: Path) -> None:
    found = settings(tmp_path, top='database = "postgresql+psycopg://vastine@db.example/vastine"\n')
    assert found.database == "postgresql+psycopg://vastine@db.example/vastine"


def test_the_language_of_a_mailbox_is_a_code(tmp_path: Path) -> None:
    assert settings(tmp_path, mailbox='language = "sv"').mailboxes[0].language == "sv"


def test_addresses_are_in_lower_case(tmp_path: Path) -> None:
    found = settings(tmp_path, mailbox='aliases = ["Info@Yritys.example"]')
    assert found.mailboxes[0].address == "asiakaspalvelu@yritys.example"
    assert found.mailboxes[0].aliases == ("info@yritys.example",)


def test_a_rate_is_a_count_in_a_time(tmp_path: Path) -> None:
    assert settings(tmp_path, smtp='rate = "30/m"').mailboxes[0].smtp.rate == Rate(count=30, per=timedelta(minutes=1))


def test_a_rate_may_name_any_time(tmp_path: Path) -> None:
    assert settings(tmp_path, smtp='rate = "5/10s"').mailboxes[0].smtp.rate == Rate(count=5, per=timedelta(seconds=10))


def test_sizes_and_durations_are_read(tmp_path: Path) -> None:
    found = settings(tmp_path, more='[limits]\nmail_size = "800kB"\n[staff]\nhold_replies = "0s"')
    assert (found.limits.mail_size, found.hold_replies) == (800_000, timedelta())


def test_the_port_follows_the_kind_of_tls(tmp_path: Path) -> None:
    found = settings(tmp_path, mailbox='tls = "starttls"', smtp='tls = "implicit"')
    assert (found.mailboxes[0].imap.port, found.mailboxes[0].smtp.port) == (143, 465)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_loopback_host_may_go_without_tls(tmp_path: Path, host: str) -> None:
    path = written(tmp_path, mailbox='tls = "none"')
    path.write_text(path.read_text().replace("imap.yritys.example", host))
    assert load(path, {}).mailboxes[0].imap.tls == "none"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(path, {}).mode == "live"


def test_shadow_without_anybody_to_tell_is_warned_about(tmp_path: Path) -> None:
    found = settings(tmp_path, top='mode = "shadow"\n')
    assert found.mode == "shadow"
    assert "vastine.toml: admin: is missing" in str(found.warnings[1])


# One mailbox for itself


def test_a_mailbox_may_say_some_of_smtp_for_itself(tmp_path: Path) -> None:
    found = settings(tmp_path, smtp='rate = "30/m"\nuser = "a"\npassword = "1"', mailbox="[mailbox.smtp]\nport = 2525")
    smtp = found.mailboxes[0].smtp
    assert (smtp.host, smtp.port, smtp.user, smtp.password) == ("smtp.yritys.example", 2525, "a", "1")
    assert smtp.rate is not None


def test_another_host_gets_neither_user_nor_secret_of_the_shared_one(tmp_path: Path) -> None:
    own = '[mailbox.smtp]\nhost = "other.example"'
    smtp = (
        settings(tmp_path, smtp='user = "a"\npassword = "1"\nport = 465\ntls = "implicit"', mailbox=own)
        .mailboxes[0]
        .smtp
    )
    assert (smtp.host, smtp.port, smtp.user, smtp.password) == ("other.example", 587, None, None)


def test_an_own_secret_takes_the_place_of_the_shared_one(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("2\n")
    own = '[mailbox.smtp]\nuser = "b"\npassword_file = "secret"'
    smtp = settings(tmp_path, smtp='user = "a"\npassword = "1"', mailbox=own).mailboxes[0].smtp
    assert (smtp.user, smtp.password) == ("b", "2")


def test_mailboxes_without_one_of_their_own_share_an_account(tmp_path: Path) -> None:
    second = '[[mailbox]]\nname = "b"\naddress = "b@y.example"\nhost = "i.example"\nuser = "b"\npassword = "x"'
    first, other = settings(tmp_path, more=second).mailboxes
    assert first.smtp is other.smtp


def test_a_mailbox_may_say_for_itself_how_its_senders_are_known(tmp_path: Path) -> None:
    shared = '[authentication]\nmethod = "authserv-id"\nauthserv_id = "mx.example"\ninternal = ["mx.example"]'
    found = settings(tmp_path, more=shared, mailbox='[mailbox.authentication]\nauthserv_id = "mx2.example"')
    policy = found.mailboxes[0].policy
    assert (policy.method, policy.authserv_id, policy.internal) == ("authserv-id", "mx2.example", ("mx.example",))
    assert found.warnings == ()


# Secrets


def without_password(folder: Path, line: str) -> Path:
    path = written(folder)
    path.write_text(path.read_text().replace('password = "salaisuus"', line))
    return path


def test_a_password_file_is_read_without_its_last_line_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b" a b \r\n")
    assert load(without_password(tmp_path, 'password_file = "secret"'), {}).mailboxes[0].imap.password == " a b "


def test_a_password_file_that_others_can_read_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("salaisuus")
    (tmp_path / "secret").chmod(0o644)
    found = load(without_password(tmp_path, 'password_file = "secret"'), {})
    assert [warning.place for warning in found.warnings] == ["mailbox[0].password_file", "authentication"]


def test_a_password_file_of_the_owner_alone_is_fine(tmp_path: Path) -> None:
    (tmp_path / "secret").touch(mode=0o600)
    (tmp_path / "secret").write_text("salaisuus")
    found = load(without_password(tmp_path, 'password_file = "secret"'), {})
    assert [warning.place for warning in found.warnings] == ["authentication"]


def test_a_credential_is_read_from_where_systemd_puts_it(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "imap").write_text("salaisuus\n")
    path = without_password(tmp_path, 'credential = "imap"')
    assert load(path, {"CREDENTIALS_DIRECTORY": str(credentials)}).mailboxes[0].imap.password == "salaisuus"


def test_a_credential_needs_systemd(tmp_path: Path) -> None:
    (problem,) = problems(without_password(tmp_path, 'credential = "imap"'))
    assert problem.startswith("vastine.toml: mailbox[0].credential: there are no credentials")


def test_the_key_may_be_a_credential(tmp_path: Path) -> None:
    path = written(tmp_path, more='[addresses]\ncredential = "token-key"')
    key = load(path, {"CREDENTIALS_DIRECTORY": "/run/credentials/vastine.service"}).key
    assert (key.path, key.may_be_made) == (Path("/run/credentials/vastine.service/token-key"), False)


def test_a_key_file_may_be_made_on_first_start(tmp_path: Path) -> None:
    key = settings(tmp_path, more='[addresses]\nkey_file = "state/k"').key
    assert (key.path, key.may_be_made) == (tmp_path / "state/k", True)


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    smtp = 'user = "a"\npassword = "piilossa"'
    shown = repr(settings(tmp_path, smtp=smtp, top='database = "postgresql://u:turvassa@db/v"\n'))
    assert not [word for word in ("salaisuus", "piilossa", "turvassa") if word in shown]


def test_what_logs_in_nowhere_does_without_secrets(tmp_path: Path) -> None:
    path = without_password(tmp_path, 'credential = "imap"\nca_file = "ca.pem"')
    path.write_text(path.read_text() + '[addresses]\ncredential = "token-key"')
    assert load(path, {}, with_secrets=False).mailboxes[0].imap.password == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "one line"),
        (b"a\nb\n", "one line"),
        (b"\xff", "not text in UTF-8"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_password_file_that_holds_none_is_told(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    (problem,) = problems(without_password(tmp_path, 'password_file = "secret"'))
    assert problem.startswith("vastine.toml: mailbox[0].password_file: ")
    assert sentence in problem


# What is wrong


def test_a_file_that_is_not_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "vastine.toml"
    path.write_text('rules = "rules.yaml"\nadmin = \n')
    assert problems(path) == ["vastine.toml:2: Invalid value"]


def test_a_file_that_ends_too_early_is_told_with_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "vastine.toml"
    path.write_text('rules = "rules.yaml"\naliases = ["a"')
    assert problems(path) == ["vastine.toml:2: Unclosed array"]


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "vastine.toml"
    path.write_bytes(b'rules = "rules.yaml"\n# s\xe4\xe4nn\xf6t\n')
    assert problems(path) == ["vastine.toml:2: is not text in UTF-8"]


def test_a_file_nested_without_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "vastine.toml"
    path.write_text("a = " + "[" * 100_000)
    assert problems(path) == ["vastine.toml:1: is nested too deeply"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "vastine.toml")[0].endswith(
        "does not exist: name a file with --config or $VASTINE_CONFIG"
    )


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path)[0].endswith("cannot be read: Is a directory")


def test_an_empty_file_is_told_all_that_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "vastine.toml"
    path.touch()
    assert problems(path) == [
        "vastine.toml: rules: is missing",
        "vastine.toml: mailbox: is missing",
        "vastine.toml: smtp: is missing",
    ]


def test_a_mailbox_is_told_all_that_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "vastine.toml"
    path.write_text('rules = "r"\n[[mailbox]]\n[smtp]\n')
    assert [problem.removeprefix("vastine.toml: ") for problem in problems(path)] == [
        "smtp.host: is missing",
        "mailbox[0].name: is missing",
        "mailbox[0].address: is missing",
        "mailbox[0].host: is missing",
        "mailbox[0].user: is missing",
        "mailbox[0]: has no secret: write password_file, credential or password",
    ]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    found = problems_with(
        tmp_path,
        top='mode = "shado"\nadmn = "a@b.example"\n',
        mailbox='port = 99999\npasword_file = "x"',
        smtp='rate = "fast"',
        more='[limits]\nmail_size = "big"',
    )
    assert found == [
        "vastine.toml: admn: is not a setting (did you mean 'admin'?)",
        "vastine.toml: mode: 'shado' is not one of live, shadow (did you mean 'shadow'?)",
        "vastine.toml: limits.mail_size: 'big' is not a size: write it like 50MB",
        "vastine.toml: smtp.rate: 'fast' is not a rate: write it like 30/m",
        "vastine.toml: mailbox[0].pasword_file: is not a setting (did you mean 'password_file'?)",
        "vastine.toml: mailbox[0].port: must be a whole number from 1 to 65535",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("port = true", "port: must be a whole number from 1 to 65535"),
        ('port = "993"', "port: must be a whole number from 1 to 65535"),
        ("idle = 1", "idle: must be true or false, not a number"),
        ("poll = 60", "poll: must be text in quotes, not a number"),
        ('poll = "60"', "poll: '60' is not a duration: write numbers with s, m, h, d, w or y, such as 90m or 2d 4h"),
        ('poll = "0s"', "poll: must be from 1s to 86400s"),
        ('language = "Finnish"', "language: 'Finnish' is not the code of a language, such as fi"),
        ('folder = " "', "folder: must not be empty"),
        ('folder = "A\\r\\nB"', "folder: must be one line without control characters"),
        ('done = "INBOX"', 'done: is the folder that mail is read from; "" leaves mail where it is'),
        ('aliases = "info@y.example"', "aliases: must be a list in brackets, not text"),
        ('aliases = ["info"]', "aliases: 'info' is not a mail address"),
        ("language = 2026-01-01", "language: must be text in quotes, not a date or time"),
        ('tls = "none"', "tls: none is for a loopback host only, and imap.yritys.example is not one"),
        ('tls = "ssl"', "tls: 'ssl' is not one of implicit, starttls, none"),
        ('sent = "INBOX"', "sent: is the folder that mail is read from"),
        ('junk = "Vastine/Done"', "junk: is done as well"),
        ('sent = "INBOX.Vastine.done"', "sent: is done as well"),
        ("smtp = 1", "smtp: must be a table, not a number"),
    ],
)
def test_a_wrong_value_in_a_mailbox_is_told(tmp_path: Path, line: str, told: str) -> None:
    assert problems_with(tmp_path, mailbox=line) == [f"vastine.toml: mailbox[0].{told}"]


@pytest.mark.parametrize(
    ("top", "told"),
    [
        ('database = "mysql://db/v"\n', "database: must be sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"),
        ('database = "sqlite://"\n', "database: must be sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"),
        ('admin = "ylläpito@y.example"\n', "admin: 'ylläpito@y.example' is not a mail address"),
        ("limits = []\n", "limits: must be a table, not a list"),
    ],
)
def test_a_wrong_value_at_the_top_is_told(tmp_path: Path, top: str, told: str) -> None:
    assert problems_with(tmp_path, top=top) == [f"vastine.toml: {told}"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[addresses]\nsubaddress = "++"', "addresses.subaddress: '++' cannot divide an address"),
        ('[addresses]\nkey_file = "k"\ncredential = "k"', "addresses: has more than one key: key_file and credential"),
        ('[addresses]\ncredential = "../k"', "addresses.credential: '../k' is not the name of a credential"),
        ('[authentication]\nmethod = "magic"', "authentication.method: 'magic' is not one of"),
        ('[authentication]\nmethod = "authserv-id"', "authentication.authserv_id: is missing"),
        ('[authentication]\nauthserv_id = "mx.example"', "authentication.method: is missing"),
        ('[staff]\nhold_replies = "2d"', "staff.hold_replies: must be from 0s to 86400s"),
    ],
)
def test_a_wrong_value_in_another_table_is_told(tmp_path: Path, more: str, told: str) -> None:
    assert any(problem.startswith(f"vastine.toml: {told}") for problem in problems_with(tmp_path, more=more))


@pytest.mark.parametrize("method", ["microsoft365", "dkim", "none"])
def test_every_way_of_knowing_a_sender_can_be_chosen(tmp_path: Path, method: str) -> None:
    settings = load(written(tmp_path, more=f'[authentication]\nmethod = "{method}"'))
    assert settings.mailboxes[0].policy.method == method


@pytest.mark.parametrize(
    ("smtp", "told"),
    [
        ('password = "x"', "smtp.user: is missing beside the secret"),
        ('user = "x"', "smtp: has no secret: write password_file, credential or password"),
        ('ca_file = "ca.pem"', "smtp.ca_file: there is no file"),
        ('rate = "30/0s"', "smtp.rate: '30/0s' is not a rate: its time has no length"),
        ("connections = 0", "smtp.connections: must be a whole number from 1 to 20"),
        ('user = "x"\n[smtp.oauth]\nprovider = "google"', "smtp.oauth: signing in with OAuth is not supported yet"),
    ],
)
def test_a_wrong_value_in_smtp_is_told_once(tmp_path: Path, smtp: str, told: str) -> None:
    (problem,) = problems_with(tmp_path, smtp=smtp, mailbox="[mailbox.smtp]\nport = 26")
    assert problem.startswith(f"vastine.toml: {told}")


def test_two_secrets_are_one_too_many(tmp_path: Path) -> None:
    found = problems_with(tmp_path, mailbox='password_file = "secret"')
    assert found == ["vastine.toml: mailbox[0]: has more than one secret: password and password_file"]


def test_oauth_is_known_and_not_there_yet(tmp_path: Path) -> None:
    path = without_password(tmp_path, "[mailbox.oauth]\nprovider = 'google'")
    sentence = "signing in with OAuth is not supported yet; use a password"
    assert problems(path) == [f"vastine.toml: mailbox[0].oauth: {sentence}"]


def test_a_single_mailbox_table_is_told_how_to_be_written(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("[[mailbox]]", "[mailbox]"))
    assert problems(path) == ["vastine.toml: mailbox: must be one or more tables, each headed by [[mailbox]]"]


def test_mailboxes_are_told_apart(tmp_path: Path) -> None:
    twin = SMALLEST[SMALLEST.index("[[") : SMALLEST.index("{mailbox}")]
    assert problems_with(tmp_path, more=twin) == [
        "vastine.toml: mailbox[1].name: has the same name as mailbox[0]",
        "vastine.toml: mailbox[1].address: has the same address asiakaspalvelu@yritys.example as mailbox[0]",
        "vastine.toml: mailbox[1]: has the same folder of that user as mailbox[0]",
    ]


def test_an_address_too_long_for_a_token_is_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("Asiakaspalvelu@", "a" * 36 + "@"))
    assert problems(path)[0].startswith("vastine.toml: mailbox[0].address: has more than 35 characters before the @")
    path.write_text(path.read_text() + '[addresses]\nsubaddress = ""')
    assert load(path, {}).subaddress == ""


def test_what_a_mailbox_says_for_itself_is_told_at_its_place(tmp_path: Path) -> None:
    own = '[mailbox.smtp]\nport = 0\n[mailbox.authentication]\nmethod = "magic"'
    assert [problem.split(": ")[1] for problem in problems_with(tmp_path, mailbox=own)] == [
        "mailbox[0].smtp.port",
        "mailbox[0].authentication.method",
    ]


def test_what_a_mailbox_says_for_itself_is_read_even_where_the_shared_is_wrong(tmp_path: Path) -> None:
    own = '[mailbox.smtp]\nport = 0\n[mailbox.authentication]\nmethod = "magic"'
    found = problems_with(tmp_path, mailbox=own, smtp="port = 0", more='[authentication]\nmethod = "ark"')
    assert len(found) == 4


# Where it is found


def test_the_file_named_on_the_command_line_goes_first() -> None:
    assert find(Path("a.toml"), {"VASTINE_CONFIG": "b.toml"}) == Path("a.toml")


def test_then_the_one_that_the_environment_names() -> None:
    assert find(None, {"VASTINE_CONFIG": "b.toml"}) == Path("b.toml")


def test_then_the_one_that_lies_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vastine.toml").touch()
    assert find(None, {}) == Path("vastine.toml")


@pytest.mark.skipif(Path("/etc/vastine/vastine.toml").exists(), reason="this machine has settings of its own")
def test_then_the_one_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(None, {}) == Path("/etc/vastine/vastine.toml")


# Metrics


def test_nothing_is_served_unless_it_says_where(tmp_path: Path) -> None:
    assert settings(tmp_path).metrics is None
    assert settings(tmp_path, more="[metrics]").metrics is None


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ('"127.0.0.1:9464"', "127.0.0.1", 9464),
        ('"localhost:9464"', "127.0.0.1", 9464),
        ('"[::1]:9464"', "::1", 9464),
        ("9464", "127.0.0.1", 9464),
    ],
)
def test_metrics_are_served_on_loopback_without_a_word(tmp_path: Path, written: str, host: str, port: int) -> None:
    found = settings(tmp_path, more=f"[metrics]\nlisten = {written}")
    assert found.metrics is not None
    assert (found.metrics.host, found.metrics.port) == (host, port)
    assert "metrics" not in " ".join(map(str, found.warnings))


@pytest.mark.parametrize("address", ["0.0.0.0:9464", "[::]:9464", "192.0.2.7:9464"])
def test_metrics_for_everybody_are_warned_of(tmp_path: Path, address: str) -> None:
    found = settings(tmp_path, more=f'[metrics]\nlisten = "{address}"')
    assert [str(each).partition(" is ")[0] for each in found.warnings if each.place == "metrics.listen"] == [
        f"vastine.toml: metrics.listen: {address.rpartition(':')[0].strip('[]')}"
    ]


@pytest.mark.parametrize(
    "written", ['":9464"', '"9464"', '"127.0.0.1"', '"127.0.0.1:0"', '"127.0.0.1:99999"', '"::1:9464"', "true", "0"]
)
def test_an_address_that_is_none_is_a_mistake(tmp_path: Path, written: str) -> None:
    [problem] = problems_with(tmp_path, more=f"[metrics]\nlisten = {written}")
    assert problem.startswith("vastine.toml: metrics.listen: ")


def test_a_name_of_a_machine_is_no_address(tmp_path: Path) -> None:
    [problem] = problems_with(tmp_path, more='[metrics]\nlisten = "yritys.example:9464"')
    assert "'yritys.example' is not an IP address of this machine" in problem
