"""The images of the compose test, made without any registry of images."""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.deploy.engine import CACHE, Engine

SUITE = "bookworm"
PACKAGES = "ca-certificates,python3,python3-venv"
BASE = "motcua-test/base"
LIBRARIES = "motcua-test/libraries"
MOTCUA = "motcua-test/motcua"
STANDINS = {
    "RABBITMQ_IMAGE": ("broker", "motcua-test/broker"),
    "MONGO_IMAGE": ("database", "motcua-test/database"),
    "S3_IMAGE": ("files", "motcua-test/files"),
    "NGINX_IMAGE": ("proxy", "motcua-test/proxy"),
}
# What nobody reads in a container, and images of the same system leave out too.
SPARE = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists", "var/cache/apt")


def make(engine: Engine) -> None:
    """The platform's image, and those that stand in for the servers; what is there stays."""
    if not engine.docker("images", "--quiet", BASE):
        _import_debian(engine)
    _side_by_side(
        lambda: engine.build(LIBRARIES, BASE=BASE, target="libraries"),
        lambda: _stand_in(engine, ["RABBITMQ_IMAGE", "NGINX_IMAGE"]),
    )
    _side_by_side(
        lambda: engine.build(MOTCUA, BASE=BASE, REVISION="tested"),
        lambda: _stand_in(engine, ["MONGO_IMAGE", "S3_IMAGE"]),
    )
    engine.docker("image", "prune", "--force")


def variables() -> dict[str, str]:
    """How docker-compose.yml is told of them."""
    return {"MOTCUA_IMAGE": MOTCUA} | {name: tag for name, (_, tag) in STANDINS.items()}


def _side_by_side(*steps: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(steps)) as pool:
        begun = [pool.submit(each) for each in steps]
    for each in begun:
        each.result()


def _stand_in(engine: Engine, names: Sequence[str]) -> None:
    file = "tests/deploy/standins/Dockerfile"
    for target, tag in (STANDINS[name] for name in names):
        engine.build(tag, BASE=BASE, LIBRARIES=LIBRARIES, file=file, target=target)


def _import_debian(engine: Engine) -> None:
    """Debian with its own Python, as python:3.11-slim-bookworm would be."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        root = Path(place) / "root"
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(root)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}"
        for spare in SPARE:
            shutil.rmtree(root / spare)
            (root / spare).mkdir()
        archive = Path(place) / "base.tar"
        with tarfile.open(archive, "w") as file:
            file.add(root, arcname=".")
        engine.docker("import", "--change", 'CMD ["python3"]', str(archive), BASE)
