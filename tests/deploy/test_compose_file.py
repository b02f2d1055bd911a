"""docker-compose.yml agrees with the services, keeps no secret, and locks every container."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import agency_registry, service_discovery
from cli.embedded.data_folder import ROOT
from cli.embedded.reverse_proxy import installed
from cli.page_routes import AGENCY, PagePath, page_paths
from foundation.broker.topology import users
from foundation.settings import Settings, read_settings, settings_type_of, variables
from foundation.sign_in.providers import read_providers
from foundation.vault import read_master_keys
from foundation.web.session import SessionKeys
from tests.deploy.composed import WRITE_ENV
from tests.deploy.errand import CHAIRMAN, REGISTRAR

VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(:[-?])([^}]*)\}")
FILE = ROOT / "docker-compose.yml"
ONCE = {"prepare", "accounts", "motcua"}


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    text = FILE.read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(VARIABLE.sub(resolved, text))
    return content


def resolved(found: re.Match[str]) -> str:
    """The default of a variable, or a word that says that it was asked for."""
    return found[3] if found[2] == ":-" else f"secret-of-{found[1]}"


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in service["environment"].items()}


def processes(composed: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each process of a service: its compose name, its service, and what is said of it."""
    for name, said in composed["services"].items():
        command = said.get("command", [])
        if command[:3] == ["python", "-m", "services"]:
            yield name, command[3], said


def test_every_service_runs_and_two_agencies_have_a_desk(composed: Mapping[str, Any]) -> None:
    running = sorted(service for _, service, _ in processes(composed))
    once = [each for each in service_discovery.service_names() if each != agency_registry.ROUTING]
    assert running == sorted([*once, agency_registry.ROUTING, agency_registry.ROUTING])
    desks = [said["environment"]["AGENCY"] for _, _, said in processes(composed) if agency(said)]
    assert sorted(desks) == sorted([REGISTRAR, CHAIRMAN])
    assert set(desks) <= {each.code for each in agency_registry.read_agencies()}
    assert composed["x-passwords"]["AGENCIES"].split() == desks


def agency(said: Mapping[str, Any]) -> str:
    return str(said["environment"].get("AGENCY", ""))


def test_every_process_is_told_what_it_must_know_and_nothing_unknown(
    composed: Mapping[str, Any],
) -> None:
    for name, service, said in processes(composed):
        given = environment(said)
        kind = settings_type_of(service_discovery.service_class(service))
        settings = read_settings(kind, service, given)
        assert given.keys() <= variables(kind).keys() | {"TMPDIR"}, name
        user = settings.queue
        assert settings.amqp_url.startswith(f"amqp://{user}:"), name
        assert settings.mongo_url.startswith(f"mongodb://{user}:"), name
        assert name == user.replace(".", "-")


def test_figures_of_the_file_are_the_defaults_of_the_code(composed: Mapping[str, Any]) -> None:
    default = {name: each.metadata["default"] for name, each in variables(Settings).items()}
    for name in ("MAX_WORKERS", "PREFETCH", "RETRY_DELAYS"):
        assert composed["x-settings"][name] == int_or_text(default[name])
    # The queues that messages wait in are made by the one, and used by the others.
    assert composed["x-passwords"]["RETRY_DELAYS"] == composed["x-settings"]["RETRY_DELAYS"]


def int_or_text(text: str) -> Any:
    return int(text) if text.isdigit() else text


def test_every_user_of_the_broker_has_a_password_of_its_own(composed: Mapping[str, Any]) -> None:
    given = dict(composed["x-passwords"])
    codes = given.pop("AGENCIES").split()
    del given["RETRY_DELAYS"]
    everybody = users(service_discovery.service_classes(), codes)
    assert set(given) == {re.sub(r"[.-]", "_", each).upper() + "_PASSWORD" for each in everybody}
    assert all(value == f"secret-of-{name}" for name, value in given.items())


def test_no_secret_stands_in_the_file() -> None:
    text = FILE.read_text(encoding="utf-8")
    kinds = [settings_type_of(each) for each in service_discovery.service_classes()]
    known = [pair for kind in kinds for pair in variables(kind).items()]
    secret = {name for name, each in known if each.metadata["secret"]}
    named = re.compile(
        "|".join([*secret, ".*PASSWORD", ".*_KEY", ".*_ROOT_URL", ".*_OPERATOR_URL"])
    )
    services = yaml.safe_load(text)["services"].values()
    given = [pair for said in services for pair in said.get("environment", {}).items()]
    found = {name: value for name, value in given if named.fullmatch(name)}
    assert len(found) > len(secret)
    del found["S3_ACCESS_KEY"]  # a name, to which the secret key belongs
    assert [name for name, value in found.items() if ":?make env}" not in value] == []
    assert not re.search(r"://[^/\s$@{]+:[^/\s$@{]+@", text)


def test_every_container_is_locked_limited_and_seen_to(composed: Mapping[str, Any]) -> None:
    for name, said in composed["services"].items():
        assert said["read_only"] is True, name
        assert said["cap_drop"] == ["ALL"], name
        assert said["security_opt"] == ["no-new-privileges:true"], name
        assert "/tmp" in said["tmpfs"], name  # noqa: S108 -- the container's own
        assert "privileged" not in said, name
        assert said["pids_limit"] > 0, name
        if name not in ONCE:
            assert said["restart"] == "unless-stopped", name
            assert "mem_limit" in said, name
        for port in said.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
        if name not in ONCE | {"prometheus", "grafana"}:
            assert said["healthcheck"]["test"][0] == "CMD", name


def test_every_image_is_chosen_by_a_variable() -> None:
    images = re.findall(r"^ +image: (.+)$", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(images) >= 6
    assert [each for each in images if not VARIABLE.match(each)] == []


def test_what_is_mounted_from_the_project_is_there(composed: Mapping[str, Any]) -> None:
    mounts = [v for said in composed["services"].values() for v in said.get("volumes", [])]
    places = {each.split(":")[0] for each in mounts if each.startswith("./")}
    # The rules and dashboards have their own tests; without the profile nobody mounts them.
    places.discard("./deploy/monitoring")
    assert [each for each in sorted(places) if not (ROOT / each).exists()] == []
    named = {each.split(":")[0] for each in mounts if not each.startswith("./")}
    assert named == set(composed["volumes"])


def asked_by_prometheus(composed: Mapping[str, Any]) -> list[str]:
    """Whom the job of our own processes asks, by what is mounted for it."""
    mounted = dict(
        reversed(each.split(":")[:2]) for each in composed["services"]["prometheus"]["volumes"]
    )
    folder = Path("/etc/prometheus")
    settings = yaml.safe_load(_of_project(mounted[f"{folder}/prometheus.yml"]))
    jobs = {each["job_name"]: each for each in settings["scrape_configs"]}
    (files,) = jobs["motcua"]["file_sd_configs"]
    (named,) = files["files"]
    (asked,) = yaml.safe_load(_of_project(mounted[str(folder / named)]))
    return sorted(asked["targets"])


def _of_project(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_prometheus_asks_every_process(composed: Mapping[str, Any]) -> None:
    assert asked_by_prometheus(composed) == sorted(
        f"{name}:9000" for name, _, _ in processes(composed)
    )


def write_env(place: Path) -> dict[str, str]:
    subprocess.run([sys.executable, WRITE_ENV, str(place)], check=True, capture_output=True)
    lines = place.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return dict(pairs)


def test_make_env_makes_every_secret_the_file_asks_for(tmp_path: Path) -> None:
    made, other = write_env(tmp_path / ".env"), write_env(tmp_path / "other")
    asked = {name for name, how, _ in VARIABLE.findall(FILE.read_text("utf-8")) if how == ":?"}
    assert made.keys() == asked
    assert all(re.fullmatch("[0-9a-f]{48}", value) for value in made.values())
    assert len({*made.values(), *other.values()}) == 2 * len(asked)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_make_env_keeps_what_is_there_and_adds_what_is_missing(tmp_path: Path) -> None:
    place = tmp_path / ".env"
    mine = "# mine\nINTAKE_PASSWORD=chosen\nMOTCUA_IMAGE=registry.example/motcua:1\nWATCH_PASSWORD="
    place.write_text(mine, encoding="utf-8")
    place.chmod(0o644)
    first = write_env(place)
    assert first["INTAKE_PASSWORD"] == "chosen"  # noqa: S105 -- the test's own
    assert first["MOTCUA_IMAGE"] == "registry.example/motcua:1"
    assert len(first["WATCH_PASSWORD"]) == 48
    assert place.read_text(encoding="utf-8").startswith("# mine\n")
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert write_env(place) == first


def test_git_knows_that_env_is_no_file_of_the_project() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert ".env" in ignored
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()[1] == "*"


def test_denunciations_are_taken_and_feedback_alone_reads_their_keys(
    composed: Mapping[str, Any],
) -> None:
    having = {
        name: mount
        for name, said in composed["services"].items()
        for mount in said.get("volumes", [])
        if mount.startswith("vault:")
    }
    folder = "/var/lib/motcua/vault"
    assert having == {"prepare": f"vault:{folder}", "feedback": f"vault:{folder}:ro"}
    feedback = composed["services"]["feedback"]
    assert environment(feedback)["VAULT_KEYS"] == f"{folder}/vault-keys.json"
    assert folder in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_subscriptions_seals_with_keys_that_it_alone_reads(composed: Mapping[str, Any]) -> None:
    having = {
        name: mount
        for name, said in composed["services"].items()
        for mount in said.get("volumes", [])
        if mount.startswith("webhook-vault:")
    }
    made, read = "/var/lib/motcua/webhook-vault", "/var/lib/motcua/vault"
    assert having == {
        "prepare": f"webhook-vault:{made}",
        "subscriptions": f"webhook-vault:{read}:ro",
    }
    told = environment(composed["services"]["subscriptions"])
    assert told["VAULT_KEYS"] == f"{read}/vault-keys.json"
    assert made in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_keys_of_the_vault_are_made_once(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "compose" / "prepare.py"
    known = {**os.environ, "PREPARED": str(tmp_path), "PYTHONPATH": str(ROOT)}
    (tmp_path / "public").mkdir()

    places = [tmp_path / each / "vault-keys.json" for each in ("vault", "webhook-vault")]

    def prepare() -> list[bytes]:
        subprocess.run([sys.executable, script, "keys"], env=known, check=True)
        return [each.read_bytes() for each in places]

    made = prepare()
    assert prepare() == made
    assert made[0] != made[1]
    assert {stat.S_IMODE(each.stat().st_mode) for each in places} == {0o600}
    place = places[0]
    wrapped, name = read_master_keys(place).wrap(b"0" * 32, "a denunciation")
    assert read_master_keys(place).unwrap(wrapped, name, "a denunciation") == b"0" * 32


def test_the_file_says_which_of_the_prepared_parts_come_first(composed: Mapping[str, Any]) -> None:
    for name, _, said in processes(composed):
        waits = {part: how["condition"] for part, how in said["depends_on"].items()}
        assert waits["broker"] == "service_healthy", name
        assert waits["accounts"] == "service_completed_successfully", name
    print(json.dumps(sorted(composed["services"])))


def nginx_of(composed: Mapping[str, Any], place: Path) -> str:
    """The configuration that `prepare` writes for the proxy, as the file tells it."""
    prepare = composed["services"]["prepare"]
    assert "pages" in prepare["command"]
    known = {**os.environ, "PREPARED": str(place), "PYTHONPATH": str(ROOT), **environment(prepare)}
    script = ROOT / "deploy" / "compose" / "prepare.py"
    subprocess.run([sys.executable, script, "pages"], env=known, check=True, capture_output=True)
    return (place / "proxy" / "nginx.conf").read_text(encoding="utf-8")


def upstreams(conf: str) -> dict[str, str]:
    """Where each location leads: a path, or a pattern of paths, and the container behind it."""
    found = re.findall(r'location (?:= |~ )?"?([^" ]+)"? \{.*set \$there ([^;]+);', conf)
    # An exact path is written as itself, and read as the pattern of it.
    return {where if where.startswith("^") else f"^{where}$": there for where, there in found}


def test_every_page_is_behind_the_proxy_and_leads_to_its_container(
    composed: Mapping[str, Any], tmp_path: Path
) -> None:
    led = upstreams(nginx_of(composed, tmp_path))
    running = {name: said for name, _, said in processes(composed)}
    codes = composed["x-passwords"]["AGENCIES"].split()
    for each in page_paths():
        for code in codes if AGENCY in each.path else [""]:
            page = PagePath(each.path.replace(AGENCY, code), each.service)
            where = f"^{page.path}$" if page.exact else page.pattern
            name = f"{each.service}-{code}" if code else each.service
            assert led[where] == f"http://{name}:8000", each
            assert name in running
    assert led["^/$"] == "http://intake:8000"


def test_the_proxy_understands_its_configuration(
    composed: Mapping[str, Any], tmp_path: Path
) -> None:
    """As nginx itself says, with its folders where this machine lets it write."""
    conf = nginx_of(composed, tmp_path)
    assert conf.count("/tmp/") == 6  # noqa: S108 -- the container's own
    place = tmp_path / "nginx.conf"
    place.write_text(conf.replace("/tmp/", f"{tmp_path}/"), encoding="utf-8")  # noqa: S108
    command = [installed(), "-t", "-e", "stderr", "-p", str(tmp_path), "-c", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "test is successful" in done.stderr, done.stderr
    proxy = composed["services"]["proxy"]
    assert proxy["entrypoint"][-1] == "/etc/motcua/nginx.conf"
    assert "proxy:/etc/motcua:ro" in proxy["volumes"]
    assert proxy["ports"] == ["127.0.0.1:8000:8000"]
    assert "listen 8000;" in conf


def test_every_service_with_pages_is_told_where_they_are_and_how_people_sign_in(
    composed: Mapping[str, Any],
) -> None:
    shown = {each.service for each in page_paths()}
    for name, service, said in processes(composed):
        given = environment(said)
        assert (service in shown) == ("SESSION_KEYS" in given), name
        if service in shown:
            assert given.items() >= composed["x-pages"].items()
            assert {*composed["x-mounts"]} <= {*said["volumes"]}
        assert given["TRUSTED_PROXIES"] == "1"  # the proxy names whoever asks, and itself only


def test_the_keys_of_sessions_are_made_once_and_seal_a_session(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "compose" / "prepare.py"
    known = {**os.environ, "PREPARED": str(tmp_path), "PYTHONPATH": str(ROOT)}
    place = tmp_path / "sessions" / "session-keys.json"
    made = []
    for _ in range(2):
        subprocess.run([sys.executable, script, "keys"], env=known, check=True)
        made.append(place.read_bytes())
    assert made[0] == made[1]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    keys = SessionKeys(str(place))
    assert keys.open(keys.seal({"kind": "attempt"})) == {"kind": "attempt"}
    for folder in ("sessions", "proxy"):
        assert f"/var/lib/motcua/{folder}" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_what_a_unit_says_of_its_accounts_is_kept_out_of_git() -> None:
    ignored = (ROOT / "deploy/compose/identity/.gitignore").read_text(encoding="utf-8").split()
    assert ignored == ["*", "!.gitignore", "!README.md"]
    told = (ROOT / "deploy/compose/identity/README.md").read_text(encoding="utf-8")
    example = "\n".join(line for line in told.splitlines() if line.startswith("    "))
    (provider,) = read_providers(example).values()
    assert provider.client_secret_file.startswith("/etc/motcua/identity/")
