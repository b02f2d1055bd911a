"""docker-compose.yml for real: brought up, worked with from outside, restarted part by part.

MOTCUA_COMPOSE_TEST=no leaves it out, `must` makes it a failure that no engine can be started;
otherwise it runs where one can, and the last lines of the run say when it did not.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.deploy import images
from tests.deploy.composed import Composed, composed, until
from tests.deploy.engine import NOT_RUN, Engine, NoEngine, engine
from tests.deploy.errand import CHAIRMAN, REGISTRAR, Errand, feed, flaws, publish

# The first run makes a Debian and four images.
pytestmark = pytest.mark.timeout(900)

LARGEST_IMAGE = 350 * 1000 * 1000
SERVERS = ("broker", "database", "files")
WISH = os.environ.get("MOTCUA_COMPOSE_TEST", "")


@pytest.fixture(scope="module")
def docker() -> Iterator[Engine]:
    """An engine with the images in it."""
    if WISH == "no":
        not_run("MOTCUA_COMPOSE_TEST=no")
    try:
        with engine() as running:
            began = time.monotonic()
            images.make(running)
            print(f"\nimages ready after {time.monotonic() - began:.0f} s")
            yield running
    except NoEngine as error:
        if WISH == "must":
            raise
        not_run(f"no engine can be started here ({error})")


@pytest.fixture(scope="module")
def platform(docker: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """The compose file up, with a procedure published."""
    variables = images.variables() | {"HEALTH_INTERVAL": "10s"}
    began = time.monotonic()
    with composed(docker, tmp_path_factory.mktemp("compose"), variables) as running:
        publish(running)
        print(f"\nup and at work after {time.monotonic() - began:.0f} s")
        yield running


def test_the_image_is_small_and_says_what_it_is(docker: Engine) -> None:
    (image,) = json.loads(docker.docker("image", "inspect", images.MOTCUA))
    print(f"image: {image['Size'] / 1e6:.0f} MB")
    assert image["Size"] <= LARGEST_IMAGE
    settled = image["Config"]
    assert settled["User"] == "10001:10001"
    assert settled["Healthcheck"]["Test"][:2] == ["CMD", "python"]
    labels = {name.rpartition(".")[2] for name in settled["Labels"]}
    assert {"title", "licenses", "version", "revision"} <= labels
    assert "SHELL" not in json.dumps(settled["Cmd"]) + json.dumps(settled["Entrypoint"])


def test_the_command_works_in_the_image(docker: Engine) -> None:
    locked = ("--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--env=MOTCUA_LANG=en")
    data = ("--env=MOTCUA_DATA=/data", "--tmpfs=/data:uid=10001")
    load = (
        "from cli.commands import COMMANDS, command_named\n"
        "for name in COMMANDS:\n"
        "    try: command_named(name)\n"
        "    except ModuleNotFoundError as error: print(name, error.name)\n"
    )
    for words, expected in {
        ("motcua", "definitions", "--agency", "ubnd-tinh"): r'"routing\.ubnd-tinh"',
        ("motcua", "token", "--as", "clerk", "--subject", "hanh"): r"^ey[\w.-]+$",
        # Only what plays the citizen needs what makes a citizen's papers.
        ("python", "-c", load): r"^demo fpdf\njourney fpdf$|^journey fpdf$",
    }.items():
        said = docker.docker("run", *locked, *data, images.MOTCUA, *words)
        assert re.search(expected, said.strip()), (words, said[:300])


def test_every_container_is_locked_up(platform: Composed) -> None:
    for name, each in platform.inspect().items():
        host = each["HostConfig"]
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert not host["Privileged"], name
        assert each["Config"]["User"].partition(":")[0] not in {"", "0", "root"}, name
        bound = [port for ports in (host["PortBindings"] or {}).values() for port in ports]
        assert {port["HostIp"] for port in bound} <= {"127.0.0.1"}, name


def test_a_service_can_neither_write_nor_gain_rights(platform: Composed) -> None:
    look = (
        "import os, pathlib\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(os.getuid(), status.split('CapEff:')[1].split()[0], end=' ')\n"
        "try: pathlib.Path('/app/new').touch()\n"
        "except OSError as error: print(error.errno)\n"
    )
    seen = platform.compose("exec", "-T", "intake", "python", "-c", look).split()
    assert seen == ["10001", "0" * 16, "30"]


def test_a_service_reads_its_own_database_only(platform: Composed) -> None:
    look = (
        "import os, pymongo\n"
        "from pymongo.errors import OperationFailure\n"
        "client = pymongo.MongoClient(os.environ['MONGO_URL'])\n"
        "print(client['motcua_routing_ubnd_tinh'].things.find_one(), end=' ')\n"
        "try: client['motcua_intake'].dossiers.find_one()\n"
        "except OperationFailure as error: print(error.code)\n"
    )
    seen = platform.compose("exec", "-T", "routing-ubnd-tinh", "python", "-c", look)
    assert seen.split() == ["None", "13"]


def test_each_part_may_be_restarted_and_nothing_is_lost(platform: Composed) -> None:
    parts = sorted(platform.lasting(), key=lambda name: (name in SERVERS, name))
    errands: list[Errand] = []
    for part in parts:
        began = time.monotonic()
        errand = Errand(platform)
        platform.restart(part)
        errand.finish()
        errands.append(errand)
        print(f"{errand.code} went on over a restart of {part}: {time.monotonic() - began:.1f} s")
    assert len(errands) == len(parts) >= len(SERVERS) + 8
    until(lambda: not flaws(feed(platform), errands), lambda: flaws(feed(platform), errands))
    assert dead(platform) == "Dead letters: 0"
    until(lambda: not platform.unwell(), platform.unwell)


def test_the_desks_move_into_one_process_and_nothing_is_lost(platform: Composed) -> None:
    errands = [Errand(platform)]
    alone = [name for name in platform.lasting() if name.startswith("routing-")]
    platform.compose("rm", "--stop", "--force", *alone)
    with platform.environment.open("a", encoding="utf-8") as file:
        file.write("COMPOSE_FILE=docker-compose.yml:docker-compose.hosted.yml\n")
    platform.up()
    running = platform.lasting()
    assert "desks" in running
    assert not [name for name in running if name.startswith("routing-")]
    errands[0].finish()
    platform.restart("desks")
    errands.append(Errand(platform))
    errands[1].finish()
    until(lambda: not flaws(feed(platform), errands), lambda: flaws(feed(platform), errands))
    assert dead(platform) == "Dead letters: 0"
    until(lambda: not platform.unwell(), platform.unwell)
    desks = running["desks"]
    assert desks["Config"]["User"] == "10001:10001"
    assert desks["HostConfig"]["ReadonlyRootfs"]
    look = (
        "import pathlib, urllib.request as web\n"
        "for one in sorted(pathlib.Path('/var/lib/motcua/desks').glob('*.env')):\n"
        "    address = f'http://127.0.0.1:9000/readyz/{one.stem}'\n"
        "    print(one.stem, oct(one.stat().st_mode)[-3:], web.urlopen(address).status)\n"
    )
    seen = platform.compose("exec", "-T", "desks", "python", "-c", look).split()
    assert seen == [REGISTRAR, "600", "200", CHAIRMAN, "600", "200"]


def not_run(reason: str) -> NoReturn:
    pytest.skip(f"{NOT_RUN}{reason}")


def dead(platform: Composed) -> str:
    """What `motcua dead` finds among dead and unroutable messages."""
    said = platform.compose("run", "--rm", "-T", "motcua", "--lang", "en", "dead")
    return said.strip()
