"""The platform of docker-compose.yml, brought up under a name and on ports of its own."""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from cli import tokens
from cli.embedded.data_folder import ROOT, DataFolder
from cli.embedded.ports import HOST, SPAN, free_ports
from tests.deploy.engine import Engine

WRITE_ENV = ROOT / "deploy" / "compose" / "write_env.py"
PATIENCE = 120.0
PASSING = frozenset((502, 503))
ROLES = {
    "citizen": ("citizen", ""),
    "clerk": ("clerk", ""),
    "publisher": ("publisher", ""),
    "integrator": ("integrator", ""),
    "so-ke-hoach-dau-tu": ("officer", "so-ke-hoach-dau-tu"),
    "ubnd-tinh": ("officer", "ubnd-tinh"),
}
T = TypeVar("T")


class Composed:
    """The running containers, and how to call the services in them from outside."""

    def __init__(self, engine: Engine, place: Path, variables: Mapping[str, str]) -> None:
        """Writes .env as `make env` does, with these variables added; nothing runs yet."""
        self.engine = engine
        self.project = f"motcua-{uuid.uuid4().hex[:8]}"
        self.environment = place / ".env"
        subprocess.run([sys.executable, WRITE_ENV, str(self.environment)], check=True)
        names = [*ports_asked()]
        assert len(names) < SPAN
        base = free_ports().base
        self.ports = {name: base + number for number, name in enumerate(names)}
        lines = {**variables, **{name: str(port) for name, port in self.ports.items()}}
        with self.environment.open("a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in lines.items())
        self.tokens: Mapping[str, str] = {}
        self.containers: tuple[str, ...] = ()
        self._client = httpx.Client(timeout=30)

    def compose(self, *words: str) -> str:
        """Run docker-compose on this project."""
        return self.engine.compose(
            "--project-name", self.project, "--env-file", str(self.environment), *words
        )

    def up(self) -> None:
        """Start everything; whoever calls it too early is told to wait."""
        self.compose("up", "--detach", "--no-build")
        self.containers = tuple(self.compose("ps", "--quiet").split())
        self.tokens = self._tokens()

    def inspect(self) -> dict[str, Any]:
        """What the engine knows of each container, by the name of its service."""
        shown = self.engine.docker("inspect", "--format", "{{json .}}", *self.containers)
        known = [json.loads(line) for line in shown.splitlines()]
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each for each in known}

    def lasting(self) -> dict[str, Any]:
        """Those of them that are meant to run on."""
        return {
            name: each
            for name, each in self.inspect().items()
            if each["HostConfig"]["RestartPolicy"]["Name"] != "no"
        }

    def unwell(self) -> dict[str, str]:
        """How each of these that is not healthy says it is."""
        said = {name: each["State"]["Health"]["Status"] for name, each in self.lasting().items()}
        return {name: state for name, state in said.items() if state != "healthy"}

    def restart(self, service: str) -> None:
        """Stop one container as an operator would, and start it again."""
        self.engine.docker("restart", "--time", "35", self.inspect()[service]["Id"])

    def call(
        self,
        who: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        method: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Call a door as somebody, again with the same key while its container comes back."""
        url = f"http://{HOST}:{self.ports[variable(service)]}{path}"
        sent = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": uuid.uuid4().hex}
        rest = {"content": body} if isinstance(body, bytes) else {"json": body}
        verb = method or ("GET" if body is None else "POST")

        def answer() -> httpx.Response | None:
            try:
                got = self._client.request(verb, url, headers={**sent, **(headers or {})}, **rest)
            except httpx.TransportError:
                return None
            return None if got.status_code in PASSING else got

        return until(answer, f"{verb} {service} {path}")

    def down(self) -> None:
        """End everything and take its data away."""
        self.compose("kill")
        self.compose("down", "--volumes")

    def _tokens(self) -> dict[str, str]:
        """Signed with the key that the platform made for itself."""
        read = "print(open('/var/lib/motcua/private/token-key.json').read())"
        key = self.compose("run", "--rm", "-T", "--entrypoint", "python", "motcua", "-c", read)
        folder = DataFolder(self.environment.parent / "keys")
        folder.write("token-key.json", json.loads(key))
        return {
            who: tokens.sign_token(folder, role, who, agency=agency)
            for who, (role, agency) in ROLES.items()
        }


@contextmanager
def composed(engine: Engine, place: Path, variables: Mapping[str, str]) -> Iterator[Composed]:
    """Up, and down again whatever happens; what the containers said is kept in `place`."""
    made = Composed(engine, place, variables)
    try:
        made.up()
        yield made
    finally:
        (place / "containers.log").write_text(made.compose("logs", "--no-color", "--timestamps"))
        made.down()


def variable(service: str) -> str:
    """The variable that says on which port of this machine a service answers."""
    return service.upper().replace("-", "_") + "_PORT"


def ports_asked() -> Iterator[str]:
    """Every such variable of docker-compose.yml."""
    for line in (ROOT / "docker-compose.yml").read_text(encoding="utf-8").splitlines():
        before, mark, after = line.partition('"127.0.0.1:${')
        if mark and before.strip().startswith("ports:"):
            yield after.partition(":-")[0]


def until(look: Callable[[], T | None], what: object) -> T:
    """Look until there is something, for two minutes at most."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE:g} s: {what() if callable(what) else what}")
