"""A Docker engine of our own for the tests: own folder, own socket, ended by its pid.

It leaves the machine's firewall and bridges alone. A running engine that DOCKER_HOST names is
used instead, if there is one. What it builds is kept in .motcua/images, so that the next run is
quick; `make clean` leaves it, `rm -r .motcua/images` frees the room.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cli.embedded.data_folder import ROOT

CACHE = ROOT / ".motcua" / "images"
PROGRAMS = ("debootstrap", "docker", "dockerd")
# How the compose test says that it was left out, for the end of the run to repeat.
NOT_RUN = "compose: not run: "
STARTS_WITHIN, ENDS_WITHIN = 60.0, 60.0
Done = subprocess.CompletedProcess[str]


class NoEngine(Exception):
    """Why no engine can be started here."""


class Engine:
    """Runs `docker` and `docker compose` against one engine."""

    def __init__(self, host: str) -> None:
        """`host` is its address, as DOCKER_HOST takes it."""
        self._docker = client()
        self._compose = composer(self._docker)
        # Nothing else of our environment: compose would take its variables before the file's.
        self._environ = {
            "DOCKER_HOST": host,
            "DOCKER_BUILDKIT": "1",
            "HOME": tempfile.gettempdir(),
            "LANG": "en",
            "PATH": os.environ["PATH"],
        }

    def docker(self, *words: str, within: float = 600.0) -> str:
        """What it printed.

        Raises:
            AssertionError: it failed; with what it said.
        """
        return self._run([self._docker, *words], within)

    def compose(self, *words: str, within: float = 600.0) -> str:
        """The same for `docker compose`, run beside docker-compose.yml."""
        return self._run([*self._compose, *words], within)

    def build(self, tag: str, **options: str) -> None:
        """Build an image; pip and apt get of this machine what they need, the image none of it."""
        words = [word for name, value in options.items() for word in _option(name, value)]
        with tempfile.TemporaryDirectory() as folder:
            words += _secrets(Path(folder))
            self.docker("build", "--quiet", "--network=host", "--tag", tag, *words, str(ROOT))

    def _run(self, command: list[str], within: float) -> str:
        done: Done = subprocess.run(
            command,
            env=self._environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{said[-4000:]}"
        return done.stdout


def client() -> str:
    """A docker command that can build with BuildKit; newer ones need a plugin for it.

    Raises:
        NoEngine: there is none on the PATH.
    """
    for folder in os.get_exec_path():
        command = shutil.which("docker", path=folder)
        if command and _runs([command, "build", "--help"], {"DOCKER_BUILDKIT": "1"}):
            return command
    raise NoEngine("no docker command here can build with BuildKit")


def composer(docker: str) -> list[str]:
    """Version 2 if there is one, else 1.29, which Debian 12 has: the file is written for both.

    Raises:
        NoEngine: there is neither.
    """
    if _runs([docker, "compose", "version"], {}):
        return [docker, "compose"]
    command = shutil.which("docker-compose")
    if command is None:
        raise NoEngine("docker-compose is not installed: `.ci/prepare engine` does that")
    return [command]


@contextmanager
def engine() -> Iterator[Engine]:
    """An engine for as long as it is needed.

    Raises:
        NoEngine: none can be started here; says why.
    """
    given = os.environ.get("DOCKER_HOST", "")
    if given and _runs([client(), "version"], {"DOCKER_HOST": given}):
        yield Engine(given)
        return
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        raise NoEngine(f"{', '.join(missing)} not installed: `.ci/prepare engine` does that")
    if os.geteuid() != 0:
        raise NoEngine("only root may start one: run `sudo make compose-test`, or set DOCKER_HOST")
    with tempfile.TemporaryDirectory(prefix="motcua-engine-") as folder, _daemon(folder) as host:
        running = Engine(host)
        _clear(running)
        yield running


@contextmanager
def _daemon(folder: str) -> Iterator[str]:
    """Its own firewall rules and bridges would be the machine's: compose makes the one it needs."""
    host, log = f"unix://{folder}/docker.sock", CACHE / "dockerd.log"
    CACHE.mkdir(parents=True, exist_ok=True)
    options = {
        "data-root": CACHE / "engine",
        "exec-root": f"{folder}/run",
        "pidfile": f"{folder}/pid",
        "host": host,
        "bridge": "none",
        "iptables": "false",
        "ip6tables": "false",
        "ip-masq": "false",
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    command = [shutil.which("dockerd") or "dockerd", *words]
    with log.open("ab") as output, _alone() as lock:
        # It holds the lock as long as it lives, even if we are killed.
        daemon = subprocess.Popen(command, stdout=output, stderr=output, pass_fds=[lock])
    try:
        _wait(daemon, host, log)
        yield host
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(ENDS_WITHIN)


@contextmanager
def _alone() -> Iterator[int]:
    """Two engines on one folder would ruin it."""
    with (CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NoEngine(f"another run uses {CACHE}: wait until it is done") from error
        yield lock.fileno()


def _clear(engine: Engine) -> None:
    """What a run that was killed has left."""
    left = engine.docker("ps", "--all", "--quiet").split()
    if left:
        engine.docker("rm", "--force", "--volumes", *left)
    for kind in ("network", "volume"):
        engine.docker(kind, "prune", "--force")


def _wait(daemon: "subprocess.Popen[bytes]", host: str, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not _runs([client(), "version"], {"DOCKER_HOST": host}):
        if daemon.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise NoEngine(f"dockerd ended or is silent: {' '.join(last)[-300:]}")
        time.sleep(0.2)


def _runs(command: list[str], environ: Mapping[str, str]) -> bool:
    settled = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), **environ}
    return subprocess.run(command, env=settled, capture_output=True, check=False).returncode == 0


def _option(name: str, value: str) -> list[str]:
    """`BASE` is an argument of the Dockerfile, `target` an option of the command."""
    return ["--build-arg", f"{name}={value}"] if name.isupper() else [f"--{name}", value]


def _secrets(folder: Path) -> list[str]:
    """How this machine's pip reaches its index, handed over without being kept anywhere."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    known = [line.partition("=") for line in said.splitlines()]
    settings = {name.rpartition(".")[2]: value.strip("'") for name, _, value in known}
    names = ("index-url", "extra-index-url", "trusted-host", "timeout")
    lines = [f"{name} = {settings[name]}" for name in names if name in settings]
    place = folder / "pip.conf"
    place.write_text("\n".join(["[global]", *lines, ""]), encoding="utf-8")
    words = ["--secret", f"id=pip,src={place}"]
    if Path(settings.get("cert", "")).is_file():
        words += ["--secret", f"id=certificates,src={settings['cert']}"]
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        words += ["--build-arg", f"{name}={os.environ[name]}"] if os.environ.get(name) else []
    return words
