"""Wrong values are refused with a sentence that names them, and every value is described."""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import service_discovery
from foundation.settings import Settings
from tests.deploy.chart.manifests import CHART, Helm, defaults, schema
from tests.deploy.chart.settings_of import secret, taken

README = CHART / "README.md"
ROW = re.compile(r"^\| `([a-zA-Z0-9._]+)` \| (?:`(.*)`|(empty)) \| (\S.*\S) \|$", re.MULTILINE)
WHOLE = re.compile(r"ingress[.]annotations|networkPolicy[.]destinations[.].*")
FOR_ALL = {"RETRY_DELAYS", "TRUSTED_PROXIES"}  # the broker's and the ingress's own
TRYING_OUT = {"MODE", "DAY"}  # a release is for the public: nobody can set these
GIVEN_WITH_PAGES = {"PUBLIC_URL", "SESSION_KEYS", "IDENTITY_PROVIDERS"}
GIVEN_BY_THE_CHART = {"AGENCY", "HOSTED", "HTTP_ADDRESS", "WATCH_ADDRESS", "TOKEN_KEYS"}

# What is set, and what helm must say of it.
REFUSED = (
    ("replicas=3", "at '': additional properties 'replicas' not allowed"),
    ("image.tga=1", "at '/image': additional properties 'tga' not allowed"),
    ("image.tag=2", "at '/image/tag': got number, want string"),
    ("image.digest=sha256:abc", "at '/image/digest': 'sha256:abc' does not match pattern"),
    ("image.pullPolicy=Sometimes", "at '/image/pullPolicy': value must be one of 'Always'"),
    ("services.intaek.replicas=2", "at '/services': additional properties 'intaek' not allowed"),
    ("services.intake.replicas=-1", "at '/services/intake/replicas': minimum: got -1, want 0"),
    ("services.intake.replicas=two", "at '/services/intake/replicas': got string, want integer"),
    (
        "services.intake.settings.AMQP_URL=amqp://x",
        "at '/services/intake/settings': additional properties 'AMQP_URL' not allowed",
    ),
    (
        "services.intake.settings.RETRY_DELAYS=5",
        "at '/services/intake/settings': additional properties 'RETRY_DELAYS' not allowed",
    ),
    (
        "services.intake.settings.S3_URL=http://x",
        "at '/services/intake/settings': additional properties 'S3_URL' not allowed",
    ),
    (
        "services.documents.settings.S3_URL=ftp://x",
        "at '/services/documents/settings/S3_URL': 'ftp://x' does not match pattern",
    ),
    (
        "services.notifications.settings.SMTP_URL=smtp://me:mine@relay",
        "at '/services/notifications/settings/SMTP_URL'",
    ),
    (
        "services.documents.secretKeys={S3_KEY}",
        "at '/services/documents/secretKeys/0': value must be one of 'S3_ACCESS_KEY'",
    ),
    ("settings.MONGO_URL=mongodb://x", "at '/settings': additional properties 'MONGO_URL'"),
    ("settings.MAX_WORKERS=0", "at '/settings/MAX_WORKERS': minimum: got 0, want 1"),
    ("settings.RETRY_DELAYS=soon", "at '/settings/RETRY_DELAYS': 'soon' does not match pattern"),
    ("agency=Sở", "at '/agency': 'Sở' does not match pattern"),
    ("agencies={a.b}", "at '/agencies/0': 'a.b' does not match pattern"),
    ("agencies={a,a}", "at '/agencies': items at 0 and 1 are equal"),
    ("defaults.temporary=lots", "at '/defaults/temporary': 'lots' does not match pattern"),
    ("defaults.resources.limits.memory=512", "at '/defaults/resources/limits/memory': got number"),
    ("antiAffinity=maybe", "at '/antiAffinity': value must be one of 'soft', 'hard'"),
    ("preStopSeconds=600", "at '/preStopSeconds': maximum: got 600, want 60"),
    ("ingress.enabled=true", "at '/ingress/domain': minLength: got 0, want 1"),
    ("ingress.domain=HTTPS://x", "at '/ingress/domain': 'HTTPS://x' does not match pattern"),
    ("networkPolicy.destinations.web.ports={80}", "additional properties 'web' not allowed"),
    ("networkPolicy.destinations.sms.ports={0}", "destinations/sms/ports/0': minimum: got 0"),
    ("serviceMonitor.interval=30", "at '/serviceMonitor/interval': got number, want string"),
    # What a schema cannot see, the templates say.
    ("services.documents.settings.S3_URL=", "services.documents.settings.S3_URL is empty: set it"),
    ("agency=a,agencies={b}", "agency and agencies are both set"),
    ("agency=a,services.routing.enabled=false", "nothing would run"),
    (
        "services.intake.autoscaling.enabled=true,services.intake.autoscaling.max=1",
        "services.intake.autoscaling: max is below min",
    ),
    (
        "defaults.autoscaling.enabled=true,defaults.autoscaling.cpuPercent=0",
        "neither cpuPercent nor queueDepth says when to scale",
    ),
    (
        "services.intake.settings.LARGEST_UPLOAD=60",
        "LARGEST_UPLOAD of intake and of documents differ",
    ),
    (f"agencies={{{'x' * 40}}}", "is too long for a name: choose a shorter name for the release"),
)


@pytest.mark.parametrize(("setting", "said"), REFUSED, ids=[setting for setting, _ in REFUSED])
def test_a_wrong_value_is_refused_by_its_name(helm: Helm, setting: str, said: str) -> None:
    assert said in helm.refusal("--set", setting)


def test_a_chart_that_lost_its_rules_says_where_they_belong(helm: Helm, tmp_path: Path) -> None:
    bare = tmp_path / "motcua"
    shutil.copytree(CHART, bare, ignore=shutil.ignore_patterns("files"))
    words = ("--set", "prometheusRule.enabled=true")
    assert "link files/rules to deploy/monitoring/rules" in helm.refusal(*words, chart=bare)


def leaves(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Each value by its path; a list is one value, and so is a map that is described as a whole."""
    for name, each in tree.items():
        here = f"{path}.{name}" if path else name
        if isinstance(each, Mapping) and each and not WHOLE.fullmatch(here):
            yield from leaves(each, here)
        else:
            yield here, each


def described() -> dict[str, str]:
    """The table of the README: path to default."""
    rows = ROW.findall(README.read_text(encoding="utf-8"))
    assert len({path for path, *_ in rows}) == len(rows)
    return {path: text for path, text, _, _ in rows}


def test_the_readme_has_every_value_and_its_default() -> None:
    table = described()
    values = dict(leaves(defaults()))
    assert table.keys() == values.keys()
    for path, text in table.items():
        said = yaml.safe_load(text) if text else type(values[path])()
        assert said == values[path], f"{path}: the README says {text}, values.yaml {values[path]!r}"


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference of the schema points to."""
    name = str(node.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = schema()["definitions"][name] if name else node
    return found


def test_the_schema_knows_every_value_and_closes_every_map_of_ours() -> None:
    def look(node: Mapping[str, Any], value: Any, path: str) -> None:
        node = resolved(node)
        if isinstance(value, Mapping) and "properties" in node:
            assert node["additionalProperties"] is False, path
            assert value.keys() <= node["properties"].keys(), path
            for name, each in value.items():
                look(node["properties"][name], each, f"{path}.{name}")
        else:
            assert "type" in node or "enum" in node, path

    look(schema(), defaults(), "")


def test_the_services_of_the_chart_are_those_there_are() -> None:
    assert list(defaults()["services"]) == service_discovery.service_names()
    assert (
        sorted(schema()["properties"]["services"]["properties"])
        == service_discovery.service_names()
    )


@pytest.mark.parametrize("service", service_discovery.service_names())
def test_every_setting_can_be_set_where_it_is_read_and_no_secret_openly(service: str) -> None:
    node = resolved(schema()["properties"]["services"]["properties"][service])["properties"]
    openly = set(node["settings"]["properties"])
    kept = set(resolved(node.get("secretKeys", {})).get("items", {}).get("enum", ()))
    given = {"AMQP_URL", "MONGO_URL", "BROKER_API_URL"} | GIVEN_BY_THE_CHART
    given |= GIVEN_WITH_PAGES & taken(service)
    assert openly & secret(service) == set()
    assert openly | kept | given | FOR_ALL == taken(service) - TRYING_OUT | {"AGENCY", "HOSTED"}
    assert openly & FOR_ALL == set()


def test_what_is_set_for_all_is_what_every_service_reads() -> None:
    everybody = set.intersection(*(taken(service) for service in service_discovery.service_names()))
    openly = set(schema()["properties"]["settings"]["properties"])
    own = {"MONGO_DATABASE"}  # each has its own
    given = GIVEN_BY_THE_CHART | GIVEN_WITH_PAGES
    assert openly == everybody - own - secret("intake") - given - TRYING_OUT
    assert Settings.__dataclass_fields__["mongo_database"].metadata["default"] == ""
