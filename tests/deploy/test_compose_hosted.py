"""docker-compose.hosted.yml: the desks in one process, as locked and as apart as in many."""

import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import agency_registry
from cli.embedded.data_folder import ROOT
from foundation.settings import queue_of
from foundation.settings.tenants import conflict, read_folder, read_host, read_tenant
from services.routing.settings import RoutingSettings
from tests.deploy.errand import CHAIRMAN, REGISTRAR
from tests.deploy.test_compose_file import (
    FILE,
    VARIABLE,
    asked_by_prometheus,
    environment,
    nginx_of,
    processes,
    resolved,
    upstreams,
)

HOSTED = ROOT / "docker-compose.hosted.yml"
PREPARE = ROOT / "deploy" / "compose" / "prepare.py"
AGENCIES = f"{REGISTRAR} {CHAIRMAN}"
LOCKED = (
    *("restart", "read_only", "cap_drop", "security_opt", "pids_limit", "tmpfs", "logging"),
    *("image", "stop_grace_period", "depends_on", "healthcheck"),
)


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(VARIABLE.sub(resolved, path.read_text("utf-8")))
    return content


def merged(base: Any, over: Any, name: str = "") -> Any:
    """Two files as compose puts them together: maps join, mounts by their place, the rest goes."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        both = {**base, **over}
        common = base.keys() & over.keys()
        return both | {each: merged(base[each], over[each], each) for each in common}
    if name == "volumes":
        places = {each.split(":")[1]: each for each in [*base, *over]}
        return list(places.values())
    return over


@pytest.fixture(scope="module", name="hosted")
def _hosted() -> dict[str, Any]:
    """What both files bring up when no profile is asked for."""
    whole: dict[str, Any] = merged(read(FILE), read(HOSTED))
    asked = {"tools", "apart"}
    running = {
        name: said
        for name, said in whole["services"].items()
        if not asked & set(said.get("profiles", ()))
    }
    return whole | {"services": running}


def desks(hosted: Mapping[str, Any]) -> dict[str, str]:
    """Whose desks share the process: the port of each agency."""
    said = hosted["services"]["prepare"]["environment"]["DESKS"].split()
    return dict(each.split(":") for each in said)


def test_every_agency_has_one_desk_and_it_is_in_the_one_process(hosted: Mapping[str, Any]) -> None:
    running = {name: service for name, service, _ in processes(hosted)}
    assert [name for name, service in running.items() if service == agency_registry.ROUTING] == [
        "desks"
    ]
    known = hosted["services"]["prepare"]["environment"]["AGENCIES"].split()
    assert sorted(desks(hosted)) == sorted(known)
    assert {REGISTRAR, CHAIRMAN} <= set(known)


def test_each_desk_keeps_its_port_on_this_machine(hosted: Mapping[str, Any]) -> None:
    alone = read(FILE)["services"]
    was = {
        said.split(":8000")[0] for code in desks(hosted) for said in alone[_alone(code)]["ports"]
    }
    now = {said.rpartition(":")[0] for said in hosted["services"]["desks"]["ports"]}
    assert now == was
    inside = sorted(said.rpartition(":")[2] for said in hosted["services"]["desks"]["ports"])
    assert inside == sorted(desks(hosted).values())


def _alone(code: str) -> str:
    return queue_of(agency_registry.ROUTING, code).replace(".", "-")


def test_it_is_locked_like_every_process_and_told_the_same(hosted: Mapping[str, Any]) -> None:
    one, other = hosted["services"]["desks"], hosted["services"]["intake"]
    assert {name: one[name] for name in LOCKED} == {name: other[name] for name in LOCKED}
    assert "mem_limit" in one
    shared = {name: str(value) for name, value in hosted["x-settings"].items()}
    del shared["HTTP_ADDRESS"]  # each desk has its own
    shared |= hosted["x-pages"] | {"AGENCIES": "catalogue-data/agencies.json"}
    assert environment(one) == shared | {"HOSTED": "/var/lib/motcua/desks"}
    assert (
        read_host(RoutingSettings, agency_registry.ROUTING, environment(one)).hosted
        == "/var/lib/motcua/desks"
    )


def test_only_it_and_who_writes_them_see_the_settings_of_desks(hosted: Mapping[str, Any]) -> None:
    mounts = {name: said.get("volumes", []) for name, said in hosted["services"].items()}
    seen = {n: each for n, many in mounts.items() for each in many if each.startswith("desks:")}
    assert seen == {
        "prepare": "desks:/var/lib/motcua/desks",
        "desks": "desks:/var/lib/motcua/desks:ro",
    }
    assert " /var/lib/motcua/desks" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_prometheus_asks_it_and_no_desk_of_before(hosted: Mapping[str, Any]) -> None:
    assert asked_by_prometheus(hosted) == sorted(f"{name}:9000" for name, _, _ in processes(hosted))


def test_it_asks_for_no_other_secret() -> None:
    asked = {name for name, how, _ in VARIABLE.findall(HOSTED.read_text("utf-8")) if how == ":?"}
    known = {name for name, how, _ in VARIABLE.findall(FILE.read_text("utf-8")) if how == ":?"}
    assert asked <= known


def prepared(folder: Path, hosted: str) -> subprocess.CompletedProcess[str]:
    """Run `prepare.py desks` as compose does, in a folder of ours."""
    (folder / "desks").mkdir(exist_ok=True)
    passwords = {
        f"{queue_of(agency_registry.ROUTING, code)}_PASSWORD".upper()
        .replace("-", "_")
        .replace(".", "_"): f"pw-{code}"
        for code in AGENCIES.split()
    }
    environ = {"AGENCIES": AGENCIES, "DESKS": hosted, "PREPARED": str(folder), **passwords}
    return subprocess.run(
        [sys.executable, PREPARE, "desks"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_settings_that_are_prepared_are_those_a_desk_takes(
    tmp_path: Path, hosted: Mapping[str, Any]
) -> None:
    said = " ".join(f"{code}:{port}" for code, port in desks(hosted).items())
    (tmp_path / "desks").mkdir()
    (tmp_path / "desks" / "so-cu.env").write_text("AGENCY=so-cu")
    ended = prepared(tmp_path, said)
    assert ended.returncode == 0, ended.stderr
    shared = environment(hosted["services"]["desks"])
    files = read_folder(tmp_path / "desks")
    assert sorted(files) == sorted(desks(hosted))
    read_ones = [
        read_tenant(RoutingSettings, agency_registry.ROUTING, code, text, shared)
        for code, text in files.items()
    ]
    one, other = read_ones
    assert conflict(one, other) == ""
    for each in read_ones:
        assert each.http_address == f"0.0.0.0:{desks(hosted)[each.agency]}"
        assert f":pw-{each.agency}@broker:" in each.amqp_url
        file = tmp_path / "desks" / f"{each.agency}.env"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = {code: file.stat().st_ino for code, file in _files(tmp_path)}
    assert prepared(tmp_path, said).returncode == 0
    assert read_folder(tmp_path / "desks") == files
    assert again.keys() == dict(_files(tmp_path)).keys()


def _files(folder: Path) -> list[tuple[str, Path]]:
    return [(each.stem, each) for each in (folder / "desks").glob("*.env")]


@pytest.mark.parametrize(
    "wrong",
    [
        "so-la:8011",
        f"{REGISTRAR}",
        f"{REGISTRAR}:http",
        f"{REGISTRAR}:8011 {CHAIRMAN}:8011",
        f"{REGISTRAR}:8011 {REGISTRAR}:8012",
    ],
)
def test_what_is_wrong_in_desks_is_said_and_nothing_is_written(wrong: str, tmp_path: Path) -> None:
    ended = prepared(tmp_path, wrong)
    assert ended.returncode == 1
    assert "DESKS must" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert _files(tmp_path) == []


def test_the_pages_of_desks_lead_to_the_process_that_they_share(
    hosted: Mapping[str, Any], tmp_path: Path
) -> None:
    led = upstreams(nginx_of(hosted, tmp_path))
    for code, port in desks(hosted).items():
        assert led[f"^/desks/{code}/work$"] == f"http://desks:{port}"
    mounted = hosted["services"]["desks"]["volumes"]
    assert {*hosted["x-mounts"]} <= {*mounted}
