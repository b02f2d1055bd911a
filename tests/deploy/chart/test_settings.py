"""A rendered release gives each process its settings, by their names, and no other's secret."""

from collections.abc import Mapping
from dataclasses import Field
from pathlib import Path
from typing import Any

import pytest

from cli import service_discovery
from cli.__main__ import run
from cli.broker.definitions import definitions_for_logins
from cli.errors import CliError
from foundation.settings import Settings, read_settings, settings_type_of, variables
from tests.deploy.chart.manifests import (
    CASES,
    ROOT,
    Manifest,
    container,
    defaults,
    environment,
    labels,
    named,
    of_kind,
    pod,
)
from tests.deploy.chart.settings_of import Given, documented, faults, in_compose

COMPOSE = ROOT / "docker-compose.yml"
Rendered = Mapping[str, list[Manifest]]
every_case = pytest.mark.parametrize("case", CASES)


def started(manifests: list[Manifest]) -> list[Manifest]:
    """What reads the settings of a service: its Deployment, and the Job that makes its indexes."""
    return [
        each
        for each in of_kind(manifests, "Deployment", "Job")
        if each["metadata"]["name"] != "motcua-definitions"
    ]


def kind_of(service: str) -> type[Settings]:
    """The settings class of a service."""
    return settings_type_of(service_discovery.service_class(service))


def known() -> dict[str, Field[Any]]:
    """The settings of all services, by the names of their variables."""
    kinds = (kind_of(each) for each in service_discovery.service_names())
    return {name: each for kind in kinds for name, each in variables(kind).items()}


def service_of(manifest: Manifest) -> str:
    return str(container(manifest)["command"][-1])


def given(manifest: Manifest) -> Given:
    names = frozenset(environment(manifest))
    openly = names - from_secrets(manifest).keys()
    return Given(manifest["metadata"]["name"], service_of(manifest), names, openly)


def from_secrets(manifest: Manifest) -> dict[str, tuple[str, str]]:
    """The secret variables, each with the name of the Secret and the key in it."""
    return {
        each["name"]: (source["name"], source["key"])
        for each in container(manifest)["env"]
        if (source := each.get("valueFrom", {}).get("secretKeyRef"))
    }


@every_case
def test_each_process_gets_what_it_reads_and_nothing_else(rendered: Rendered, case: str) -> None:
    for each in started(rendered[case]):
        assert faults(given(each)) == []


@every_case
def test_each_service_understands_what_it_is_given(rendered: Rendered, case: str) -> None:
    for each in started(rendered[case]):
        settings = read_settings(kind_of(service_of(each)), service_of(each), environment(each))
        assert settings.http_address == "0.0.0.0:8000"
        assert settings.watch_address == "0.0.0.0:9000"
        if each["kind"] == "Deployment":
            assert settings.agency == labels(each).get("motcua/agency", "")


@every_case
def test_no_process_is_given_the_secret_of_another(rendered: Rendered, case: str) -> None:
    owners: dict[str, set[str]] = {}
    for each in of_kind(rendered[case], "Deployment"):
        assert "envFrom" not in container(each)
        secrets = from_secrets(each)
        assert all(name == key for name, (_, key) in secrets.items())
        (owner,) = {secret for secret, _ in secrets.values()}
        owners.setdefault(owner, set()).add(each["metadata"]["name"])
        volumes = {volume["name"]: volume for volume in pod(each)["volumes"]}
        sign_in = volumes.pop("sign-in", {"secret": {"secretName": "motcua-sign-in"}})
        assert sign_in["secret"]["secretName"] == "motcua-sign-in"
        vault = volumes.pop("vault", None)
        assert (vault is not None) == (service_of(each) in {"feedback", "subscriptions"})
        kinds = {kind for volume in volumes.values() for kind in volume if kind != "name"}
        assert kinds == {"emptyDir", "configMap"}
    assert all(len(names) == 1 for names in owners.values())


@every_case
def test_indexes_are_made_with_the_settings_of_their_service(rendered: Rendered, case: str) -> None:
    jobs = {
        each["metadata"]["name"]: each for each in started(rendered[case]) if each["kind"] == "Job"
    }
    for each in of_kind(rendered[case], "Deployment"):
        job = jobs.pop(f"{each['metadata']['name']}-indexes", None)
        if case == "bare":
            assert job is None
        else:
            assert job is not None
            assert environment(job) == environment(each)
            assert container(job)["command"] == ["python", "-m", "cli", "indexes", service_of(each)]
            assert container(job)["image"] == container(each)["image"]
    assert jobs == {}


def test_the_names_are_those_of_the_page(rendered: Rendered) -> None:
    page = documented(ROOT / "docs" / "settings.md")
    assert page.keys() == known().keys()
    for each in of_kind(rendered["many-agencies"], "Deployment"):
        secrets = from_secrets(each)
        for name in environment(each):
            services, secret = page[name]
            assert services == "all" or service_of(each) in services.split(", ")
            assert name in secrets or not secret


def test_what_the_chart_says_of_a_setting_is_its_default() -> None:
    default = {name: each.metadata["default"] for name, each in known().items()}
    said = dict(defaults()["settings"])
    for own in defaults()["services"].values():
        said |= own.get("settings", {})
    assert {name: text for name, text in said.items() if text} == {
        name: default[name] for name, text in said.items() if text
    }


@pytest.mark.parametrize("case", ["minimal", "many-agencies", "full"])
def test_the_broker_gets_the_logins_that_the_processes_use(rendered: Rendered, case: str) -> None:
    job = named(rendered[case], "Job", "motcua-definitions")
    (logins,) = (each for each in pod(job)["volumes"] if each["name"] == "logins")
    sources = [each["secret"] for each in logins["projected"]["sources"]]
    paths = {
        item["path"]: (each["name"], item["key"]) for each in sources for item in each["items"]
    }
    for each in of_kind(rendered[case], "Deployment"):
        agency = labels(each).get("motcua/agency", "")
        user = ".".join(part for part in (service_of(each), agency) if part)
        assert paths[user] == from_secrets(each)["AMQP_URL"]
        assert environment(each)["RETRY_DELAYS"] == environment(job)["RETRY_DELAYS"]
    made = definitions_for_logins(dict.fromkeys(paths, "x"))
    assert {each["name"] for each in made["users"]} == paths.keys()
    assert [each["items"][0]["path"] for each in sources if each.get("optional")] == [
        "watch",
        "operator",
    ]
    assert container(job)["command"][2:] == [
        *("cli", "definitions", "--load", "--logins"),
        container(job)["volumeMounts"][1]["mountPath"],
    ]


def test_the_command_understands_what_the_hook_tells_it(
    rendered: Rendered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = container(named(rendered["minimal"], "Job", "motcua-definitions"))["command"]
    (tmp_path / "intake").write_text("amqp://intake:x@broker:5672/")
    monkeypatch.setenv("MOTCUA_OPERATOR_API_URL", "http://operator:x@127.0.0.1:9")
    with pytest.raises(CliError, match=r"RabbitMQ at http://127\.0\.0\.1:9 does not answer"):
        run([*words[words.index("cli") + 1 : -1], str(tmp_path)])


def test_a_desk_elsewhere_is_known_to_the_broker(rendered: Rendered) -> None:
    job = named(rendered["many-agencies"], "Job", "motcua-definitions")
    assert "motcua-routing-cong-an-tinh" in str(pod(job)["volumes"])


@every_case
def test_hooks_run_before_the_new_version_in_their_order(rendered: Rendered, case: str) -> None:
    weights: dict[str, list[int]] = {"NetworkPolicy": [], "definitions": [], "indexes": []}
    for each in rendered[case]:
        notes = each["metadata"].get("annotations", {})
        if "helm.sh/hook" in notes:
            assert notes["helm.sh/hook"] == "pre-install,pre-upgrade"
            assert "hook-succeeded" in notes["helm.sh/hook-delete-policy"].split(",")
            kind = (
                each["metadata"]["name"].rpartition("-")[2]
                if each["kind"] == "Job"
                else each["kind"]
            )
            weights[kind].append(int(notes["helm.sh/hook-weight"]))
        else:
            assert each["kind"] != "Job"
    order = [weight for kind in weights.values() for weight in sorted(set(kind))]
    assert order == sorted(order)


PLAIN = """
services:
  broker: {image: rabbitmq, environment: {RABBITMQ_DEFAULT_USER: x}}
  intake:
    command: python -m services intake
    environment:
      - AMQP_URL=amqp://intake:${INTAKE_PASSWORD:?make env}@broker/
      - MONGO_URL=${MONGO_URL}
      - TOKEN_KEYS=/keys/public.json
  desk:
    command: [python, -m, services, routing]
    environment:
      AMQP_URL: amqp://routing.ubnd-xa:${DESK_PASSWORD}@broker/
      MONGO_URL: mongodb://desk:open@mongo/
      S3_SECRET_KEY: ${S3_SECRET_KEY}
      TOKEN_KEYS: /keys/public.json
"""


def test_what_a_compose_file_gives_wrongly_is_found() -> None:
    found = [fault for each in in_compose(PLAIN, "compose") for fault in faults(each)]
    assert found == [
        "compose: desk: S3_SECRET_KEY is not read by it (routing)",
        "compose: desk: AGENCY is missing (routing)",
        "compose: desk: MONGO_URL is a secret and stands there openly (routing)",
    ]


def test_compose_gives_the_same_settings_by_the_same_names(rendered: Rendered) -> None:
    """Where the project has a compose file, its processes are those of the chart."""
    if not COMPOSE.exists():
        return
    found = in_compose(COMPOSE.read_text(encoding="utf-8"), COMPOSE.name)
    assert [fault for each in found for fault in faults(each)] == []
    charted = {service_of(each) for each in of_kind(rendered["many-agencies"], "Deployment")}
    assert {each.service for each in found} == charted
