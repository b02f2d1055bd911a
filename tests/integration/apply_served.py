"""Catalogue, intake, documents, scanner and broker at work behind nginx: one address for people."""

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from cli import tokens
from cli.embedded import reverse_proxy
from cli.embedded.data_folder import DataFolder
from services.catalogue.service import Catalogue
from services.documents.service import DocumentsService
from services.intake.service import Intake
from tests.builders import OWNER
from tests.clamav import clamd, free_port
from tests.integration.visitors import ServedPages, session_keys
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, until
from tests.unit.test_catalogue_service import CONTENT

PROCEDURE = "1.013236"
FORM, PLAN, CARD = "Đơn đề nghị", "Bản vẽ thiết kế", "Căn cước công dân"
RIGHTS = ("dossier:read", "dossier:submit", "document:write", "document:read")
PEOPLE = {
    "citizen": (OWNER, RIGHTS, ""),
    "another": ("công dân 77", RIGHTS, ""),
    "clerk": ("lan", ("counter",), ""),
}


def paper(name: str, **changes: Any) -> dict[str, Any]:
    bare = {"originals": 1, "copies": 0, "case": "", "required": True, "database": ""}
    return {"name": name, **bare, **changes}


PAPERS = [
    paper(FORM),
    paper(PLAN, case="Xây mới"),
    paper("Ảnh hiện trạng", case="Sửa chữa"),
    paper(CARD, database="CSDL quốc gia về dân cư"),
]


@dataclass(frozen=True)
class Centre:
    """What is served at one address, and a folder with files to choose."""

    made: Bench
    folder: Path
    served: ServedPages
    processes: dict[str, Process]

    def ask(self, role: str, service: str, path: str, method: str = "POST", **rest: Any) -> Any:
        token = tokens.sign_token(DataFolder(self.folder), role, role)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        answer = self.processes[service].http.request(method, path, headers=headers, **rest)
        assert answer.is_success, answer.text
        return answer.json()

    def file(self, name: str, content: bytes = b"") -> Path:
        """A file to choose: that content, or a PDF like no other."""
        path = self.folder / name
        path.write_bytes(content or f"%PDF-1.7\n% {uuid.uuid4()}\n%%EOF\n".encode())
        return path

    def dossiers(self) -> int:
        return int(self.made.documents("intake", "dossiers").count_documents({}))

    def draft(self, client: httpx.Client) -> str:
        """The page of a new draft, with all but the papers filled in."""
        place = f"/apply/for/{PROCEDURE}"
        begun = client.post(place, data={"key": uuid.uuid4().hex}).headers["Location"]
        said: dict[str, dict[str, str]] = {
            "case": {"case": "Xây mới"},
            "person": {"name": "Nguyễn Thị Hoa", "phone": "0912345678", "address": "12 Lê Lợi"},
            "result": {"email": "", "language": "vi", "result_by": "counter"},
        }
        for task, data in said.items():
            assert client.post(f"{begun}/{task}", data=data).status_code == 303
        return str(begun)

    def full_draft(self) -> str:
        """The same with its papers."""
        with self.served.client("citizen") as client:
            begun = self.draft(client)
            for name in (FORM, PLAN):
                self.attach(client, begun, name)
        return begun

    def attach(self, client: httpx.Client, begun: str, name: str) -> None:
        page = client.get(f"{begun}/papers").text
        key = page.partition(f'" lang="vi">{name}')[0].rpartition("/")[2].partition("?")[0]
        with self.file(f"{key}.pdf").open("rb") as stream:
            sent = client.post(f"/uploads{begun}/{key}", files={"file": (f"{name}.pdf", stream)})
        assert sent.status_code == 303, sent.text
        document = sent.headers["Location"].rpartition("/")[2]
        until(lambda: "Dùng tệp này" in client.get(sent.headers["Location"]).text, within=30)
        used = client.post(f"{begun}/papers/{key}", data={"document": document})
        assert used.status_code == 303


@contextmanager
def centre_at_work(platform: Platform, folder: Path) -> Iterator[Centre]:
    """All of it, with a procedure that is open online."""
    platform.files.start()
    with ExitStack() as stack:
        made = stack.enter_context(bench(platform, [Intake, DocumentsService, Catalogue], folder))
        scanner, pages = free_port(), free_port()
        stack.enter_context(clamd(folder / "clamd", scanner))
        keys = session_keys(folder)
        told = {
            "TOKEN_KEYS": str(tokens.public_keys_file(DataFolder(folder))),
            "SESSION_KEYS": str(keys),
            "PUBLIC_URL": f"http://127.0.0.1:{pages}",
        }
        processes = {
            name: made.start(name, module="services", **told, **more)
            for name, more in (
                ("catalogue", {}),
                ("intake", {}),
                ("documents", stored(made, scanner)),
            )
        }
        for each in processes.values():
            each.wait_ready()
        stack.enter_context(closing(Proxy(folder, pages, processes)))
        served = ServedPages(SimpleNamespace(port=pages), keys, PEOPLE)  # type: ignore[arg-type]
        centre = Centre(made, folder, served, processes)
        publish(centre)
        yield centre


def stored(made: Bench, scanner: int) -> dict[str, str]:
    platform = made.platform
    return {
        "S3_URL": platform.s3_url,
        "S3_ACCESS_KEY": platform.s3_access_key,
        "S3_SECRET_KEY": platform.s3_secret_key,
        "S3_BUCKET": made.database.replace("_", "-"),
        "SCANNER_URL": f"tcp://127.0.0.1:{scanner}",
    }


class Proxy:
    """nginx with the routes that the code has."""

    def __init__(self, folder: Path, port: int, processes: dict[str, Process]) -> None:
        """In front of the processes; of the services that do not run, nobody is asked."""
        ports: Any = SimpleNamespace(pages=port)
        data = DataFolder(folder)
        running = {name: str(each.http.base_url).rstrip("/") for name, each in processes.items()}
        nowhere = "http://127.0.0.1:9"
        reverse_proxy.prepare(data, ports, [], lambda name, _: running.get(name, nowhere))
        program = reverse_proxy.program(data, ports)
        self._process = subprocess.Popen(program.command, stderr=subprocess.DEVNULL)
        until(program.ready, within=20)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


def publish(centre: Centre) -> None:
    """A procedure that is open online, as its keeper writes and publishes it."""
    content = CONTENT | {
        "channels": ["counter", "online"],
        "online_level": "full",
        "partial_reason": "",
        "papers": PAPERS,
        "sessions": [],
        "sessions_article": "",
    }
    place = f"/procedures/{PROCEDURE}"
    centre.ask("publisher", "catalogue", place, "PUT", json=content)
    centre.ask("publisher", "catalogue", f"{place}/publish", json={})
    intake = centre.processes["intake"].http
    until(lambda: f"{PROCEDURE}" in intake.get("/procedures").text or known(centre), within=30)


def known(centre: Centre) -> bool:
    with centre.served.client("citizen") as client:
        return bool(client.get(f"/apply/for/{PROCEDURE}").status_code == 200)
