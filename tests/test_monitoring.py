"""What machines are told over HTTP, held against docs/monitoring.md and the alert rules beside it."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from core.test_condition import GOOD, condition
from vastine.config import Listen
from vastine.core.condition import Metric, metrics_of
from vastine.edges.http import HttpServer, Request
from vastine.monitoring import answer, monitored
from vastine.rules_file import SetupError
from vastine.tally import Tally

DOCS = Path(__file__).parents[1] / "docs"
MANUAL = (DOCS / "monitoring.md").read_text(encoding="utf-8")
ALERTS = DOCS / "alerts.yaml"
RULES: list[dict[str, Any]] = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"][0]["rules"]
SCENARIOS = Path(__file__).parent / "alerts.yaml"
STAGED: list[dict[str, Any]] = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))["tests"]
REQUIRED = "VASTINE_REQUIRE_PROMTOOL"
FULL = condition(memory=1, tallies=Tally(["support"]).so_far())
EXPOSED: dict[str, Metric] = {metric.name: metric for metric in metrics_of(FULL)}
OF_PROMETHEUS = {"job", "instance"}


def metrics(accept: str = "") -> tuple[str, str]:
    got = answer(Request(path="/metrics", accept=accept), lambda: FULL)
    return got.content_type, got.content.decode()


# --- the formats


def test_prometheus_reads_every_metric_in_its_text_format() -> None:
    content_type, text = metrics()
    read = {sample.name for family in read_text(text) for sample in family.samples}
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert read == set(EXPOSED)


def test_prometheus_reads_every_metric_as_openmetrics() -> None:
    content_type, text = metrics("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3")
    read = {sample.name for family in read_openmetrics(text) for sample in family.samples}
    assert content_type == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert read == set(EXPOSED)


@pytest.mark.parametrize("name", ['a"b', "a\\b", "ääkköset"])
def test_any_name_of_a_mailbox_can_stand_in_a_label(name: str) -> None:
    odd = condition(mailboxes=(replace(GOOD, mailbox=name),))
    text = answer(Request(path="/metrics"), lambda: odd).content.decode()
    labels = [
        sample.labels["mailbox"]
        for family in read_text(text)
        for sample in family.samples
        if sample.labels.get("folder")
    ]
    assert set(labels) == {name}


# --- what is answered


@pytest.mark.parametrize(
    ("changes", "status"), [({}, HTTPStatus.OK), ({"figures": None}, HTTPStatus.SERVICE_UNAVAILABLE)]
)
def test_health_is_200_or_503_with_the_reasons(changes: dict[str, Any], status: HTTPStatus) -> None:
    got = answer(Request(path="/health"), lambda: condition(**changes))
    assert got.status == status
    assert bool(json.loads(got.content)["reasons"]) == (status != HTTPStatus.OK)


@pytest.mark.parametrize("path", ["/", "/metrics/", "/../etc/passwd", "*", ""])
def test_other_paths_are_not_found(path: str) -> None:
    assert answer(Request(path=path), lambda: FULL).status == HTTPStatus.NOT_FOUND


def test_a_taken_address_is_a_mistake_in_the_settings() -> None:
    server = HttpServer("127.0.0.1", 0, lambda request: answer(request, lambda: FULL))
    listen = Listen(host="127.0.0.1", port=server.port)
    with pytest.raises(SetupError, match=r"^metrics.listen: cannot listen on 127.0.0.1:\d+: address already in use; "):
        monitored(listen, lambda: FULL).__enter__()
    server.stop()


# --- the manual


def rows() -> dict[str, list[str]]:
    found = re.findall(r"^\| `(vastine_\w+)` \| (\w+) \|([^|]*)\|", MANUAL, flags=re.MULTILINE)
    return {name: [kind, *re.findall(r"`(\w+)`", labels)] for name, kind, labels in found}


def test_the_manual_names_every_metric_with_its_kind_and_labels() -> None:
    assert rows() == {name: [metric.kind, *metric.labels] for name, metric in EXPOSED.items()}


def test_the_manual_names_every_reason() -> None:
    source = (Path(__file__).parents[1] / "daemon/vastine/core/condition/health.py").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \| [^|]*\|$", MANUAL, flags=re.MULTILINE)) == set(
        re.findall(r'code="(\w+)"', source)
    )


def test_every_metric_has_a_sentence_of_help() -> None:
    assert [metric.name for metric in EXPOSED.values() if not metric.help.endswith(".")] == []


# --- the alert rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_all_that_prometheus_and_people_want(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert set(rule["annotations"]) == {"summary", "description"}
    assert re.fullmatch(r"\d+[smhd]", rule.get("for", "0s"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_metrics_and_labels_that_there_are(rule: dict[str, Any]) -> None:
    expression = rule["expr"]
    named = set(re.findall(r"\bvastine_\w+", expression))
    assert named <= set(EXPOSED)
    labels = OF_PROMETHEUS | {label for name in named for label in EXPOSED[name].labels}
    matched = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression)
    grouped = [word for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression) for word in group.split(", ")]
    shown = re.findall(r"\$labels\.(\w+)", str(rule["annotations"]))
    assert {*matched, *grouped, *shown} <= labels


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_values_that_a_label_can_have(rule: dict[str, Any]) -> None:
    possible: dict[str, set[str]] = {"job": {"vastine"}, "folder": {"inbox", "junk", "sent"}}
    for metric in EXPOSED.values():
        for values, _ in metric.samples:
            for label, value in zip(metric.labels, values, strict=True):
                possible.setdefault(label, set()).add(value)
    for label, value in re.findall(r'(\w+)\s*!?=\s*"([^"]*)"', rule["expr"]):
        assert value in possible[label]


def test_alerts_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(set(names)) == len(names)


@pytest.fixture
def promtool() -> str:
    """The program that checks alerts; skips where it is not installed, fails where it is required."""
    found = shutil.which("promtool")
    if found is None and os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but there is no promtool (Debian: prometheus)")
    if found is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    return found


def test_promtool_finds_nothing_wrong_with_the_alerts(promtool: str) -> None:
    checked = subprocess.run([promtool, "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_promtool_finds_nothing_wrong_with_the_metrics(promtool: str) -> None:
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=metrics()[1], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_alerts_fire_for_who_is_ill_in_time_and_for_nobody_else(promtool: str) -> None:
    tested = subprocess.run([promtool, "test", "rules", str(SCENARIOS)], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_every_alert_is_seen_to_be_quiet_and_to_fire() -> None:
    checks = [check for scenario in STAGED for check in scenario["alert_rule_test"]]
    quiet = {check["alertname"] for check in checks if not check["exp_alerts"]}
    firing = {check["alertname"] for check in checks if check["exp_alerts"]}
    assert quiet == firing == {rule["alert"] for rule in RULES}


def test_scenarios_are_about_metrics_and_labels_that_there_are() -> None:
    series = [each["series"] for scenario in STAGED for each in scenario["input_series"]]
    for name, labels in (each.rstrip("}").split("{") for each in series if each.startswith("vastine_")):
        assert set(re.findall(r"(\w+)=", labels)) - OF_PROMETHEUS == set(EXPOSED[name].labels)
