"""`hosted: true`: the desks of a release share one Deployment, and nothing else."""

from pathlib import Path

import pytest

from foundation.settings.tenants import read_folder, read_tenant
from services.routing.settings import RoutingSettings
from tests.deploy.chart.manifests import (
    Helm,
    Manifest,
    container,
    environment,
    labels,
    named,
    of_kind,
    pod,
)

AGENCIES = ("so-xay-dung", "ubnd-tinh", "so-ke-hoach-dau-tu")
DESKS = "motcua-desks"


@pytest.fixture(scope="module")
def hosted(helm: Helm) -> list[Manifest]:
    return helm.template(
        "many-agencies",
        *("--set", "hosted=true"),
        *("--set", "serviceMonitor.enabled=true"),
        *("--set", "ingress.enabled=true", "--set", "ingress.domain=example.vn"),
    )


def ports(hosted: list[Manifest]) -> dict[str, int]:
    """Where each desk's Service leads."""
    services = [named(hosted, "Service", f"motcua-routing-{each}") for each in AGENCIES]
    return {
        each["metadata"]["labels"]["motcua/agency"]: each["spec"]["ports"][0]["targetPort"]
        for each in services
    }


def mounted(hosted: list[Manifest], folder: Path) -> None:
    """Lay out the folder of the desks as the kubelet would; each Secret tells whose it is."""
    volumes = pod(named(hosted, "Deployment", DESKS))["volumes"]
    (desks,) = (each for each in volumes if each["name"] == "desks")
    addresses = named(hosted, "ConfigMap", DESKS)["data"]
    for source in desks["projected"]["sources"]:
        for item in (source.get("secret") or source["configMap"])["items"]:
            place = folder / item["path"]
            place.parent.mkdir(exist_ok=True)
            if "configMap" in source:
                place.write_text(addresses[item["key"]])
                continue
            agency = source["secret"]["name"].removeprefix("motcua-routing-")
            scheme = {"AMQP_URL": "amqp", "MONGO_URL": "mongodb", "BROKER_API_URL": "http"}
            place.write_text(f"{scheme[item['key']]}://routing.{agency}:secret@host/\n")


def test_one_deployment_hosts_them_all(hosted: list[Manifest]) -> None:
    desks = [
        each["metadata"]["name"]
        for each in of_kind(hosted, "Deployment")
        if container(each)["command"][-1] == "routing"
    ]
    assert desks == [DESKS]
    given = environment(named(hosted, "Deployment", DESKS))
    assert given["HOSTED"] == "/etc/motcua-desks"
    assert not {"AGENCY", "AMQP_URL", "MONGO_URL", "HTTP_ADDRESS"} & given.keys()


def test_each_desk_is_given_what_it_needs_and_no_other_has(
    hosted: list[Manifest], tmp_path: Path
) -> None:
    mounted(hosted, tmp_path)
    shared = environment(named(hosted, "Deployment", DESKS))
    read = {
        code: read_tenant(RoutingSettings, "routing", code, text, shared)
        for code, text in read_folder(tmp_path).items()
    }
    assert set(read) == set(AGENCIES)
    for code, settings in read.items():
        assert f"routing.{code}:" in settings.amqp_url
        assert settings.mongo_url.startswith(f"mongodb://routing.{code}:")
        assert settings.broker_api_url.startswith(f"http://routing.{code}:")
        assert settings.http_address == f"0.0.0.0:{ports(hosted)[code]}"
    assert len({settings.http_address for settings in read.values()}) == len(AGENCIES)


def test_the_service_of_each_desk_leads_to_its_own_port_there(hosted: list[Manifest]) -> None:
    deployment = named(hosted, "Deployment", DESKS)
    opened = {each["containerPort"] for each in container(deployment)["ports"]}
    assert set(ports(hosted).values()) < opened
    assert len(set(ports(hosted).values())) == len(AGENCIES)
    for each in AGENCIES:
        selector = named(hosted, "Service", f"motcua-routing-{each}")["spec"]["selector"]
        assert selector.items() <= labels(deployment).items()
        named(hosted, "Ingress", f"motcua-routing-{each}")
    (policy,) = (
        each for each in of_kind(hosted, "NetworkPolicy") if each["metadata"]["name"] == DESKS
    )
    allowed = {each["port"] for rule in policy["spec"]["ingress"] for each in rule["ports"]}
    assert allowed == set(ports(hosted).values()) | {"watch"}


def test_its_figures_are_read_once(hosted: list[Manifest]) -> None:
    (monitor,) = (
        each for each in of_kind(hosted, "ServiceMonitor") if "desks" in each["metadata"]["name"]
    )
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    found = [
        each["metadata"]["name"]
        for each in of_kind(hosted, "Service")
        if wanted <= each["metadata"]["labels"].items()
    ]
    assert found == [DESKS]


def test_the_broker_and_the_database_still_know_each_desk(hosted: list[Manifest]) -> None:
    definitions = named(hosted, "Job", "motcua-definitions")
    (logins,) = (each for each in pod(definitions)["volumes"] if each["name"] == "logins")
    paths = {
        item["path"]
        for source in logins["projected"]["sources"]
        for item in source["secret"]["items"]
    }
    assert {f"routing.{each}" for each in AGENCIES} <= paths
    for each in AGENCIES:
        assert environment(named(hosted, "Job", f"motcua-routing-{each}-indexes"))["AGENCY"] == each
