"""The guide names what the chart asks for, and its examples are what they seem to be."""

import re
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import yaml

from cli.commands import COMMANDS
from foundation.broker.topology import LARGEST_QUEUE
from tests.deploy.chart.manifests import CHART, ROOT
from tests.deploy.chart.settings_of import required, secret

GUIDE = ROOT / "docs" / "deploying.md"
README = CHART / "README.md"
GIB = 1024**3


def examples() -> Iterator[dict[str, Any]]:
    """Each manifest of the guide."""
    for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        yield from yaml.safe_load_all(block)


def test_the_examples_are_manifests_and_the_secrets_have_the_keys_that_are_read() -> None:
    by_name = {each["metadata"]["name"]: each for each in examples()}
    assert by_name.keys() == {"broker", "motcua-intake", "motcua-operator"}
    for name in ("motcua-intake", "motcua-operator"):
        kubernetes_validate.validate(by_name[name], "1.30", strict=True)
    assert by_name["motcua-intake"]["stringData"].keys() == secret("intake")


def test_the_broker_of_the_example_has_room_for_every_queue_at_its_limit() -> None:
    (broker,) = (each for each in examples() if each["kind"] == "RabbitmqCluster")
    assert broker["spec"]["replicas"] == 3
    disk = int(broker["spec"]["persistence"]["storage"].removesuffix("Gi"))
    assert disk * GIB > 26 * LARGEST_QUEUE


def test_every_secret_key_is_in_the_guide_and_the_readme() -> None:
    keys = {"MOTCUA_OPERATOR_API_URL", "MOTCUA_OPERATOR_URL"}
    for service in ("documents", "notifications"):
        keys |= secret(service) | (required(service) & {"SMTP_URL", "SMS_URL"})
    for page in (GUIDE, README):
        text = page.read_text(encoding="utf-8")
        assert [key for key in sorted(keys) if key not in text] == []


def test_every_command_of_the_guide_is_there() -> None:
    text = GUIDE.read_text(encoding="utf-8") + README.read_text(encoding="utf-8")
    said = set(re.findall(r"`motcua ([a-z-]+)|^ +motcua ([a-z-]+)", text, re.MULTILINE))
    assert {first or second for first, second in said} <= COMMANDS.keys()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| \n").split("|")]


def test_the_sizes_follow_from_what_they_are_reckoned_from() -> None:
    rows = {
        cut[0]: cut[2:]
        for line in GUIDE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and len(cut := cells(line)) == 5
    }
    province = 110_000

    def figures(row: str) -> list[float]:
        last = [text.rpartition("= ")[2].split()[0].replace(",", "") for text in rows[row]]
        return [float(each) for each in last]

    for index, yearly in enumerate((10_000, province, 34 * province)):
        hourly = yearly / 250 / 4
        for row, exact in (
            ("a day", yearly / 250),
            ("in the worst hour", hourly),
            ("messages a second then", hourly * 152 / 3600),
            ("writes a second then", hourly * 300 / 3600),
            ("database a year", yearly * 160e3 / 1e9),
        ):
            assert abs(figures(row)[index] - exact) <= max(0.05, 0.01 * exact), row
    assert figures("processes") == [6 + 3, 6 + 20, 34 * 26]
    assert figures("quorum queues") == [9 * 6 + 5, 26 * 6 + 5, 34 * (26 * 6 + 5)]
