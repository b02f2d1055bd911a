"""`make audit` asks a source of advisories for each locked library; any that has one is named."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cli.embedded.data_folder import ROOT

HOLE = {
    "id": "GHSA-0000-0000-0000",
    "modified": "2026-01-01T00:00:00Z",
    "summary": "an example",
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


@contextmanager
def advisories(*holed: str) -> Iterator[tuple[str, list[str]]]:
    """A source that speaks OSV's protocol, and what it was asked for."""
    asked: list[str] = []

    class Source(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = query["package"]["name"]
            asked.append(name)
            body = json.dumps({"vulns": [HOLE]} if name in holed else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Source) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
        server.shutdown()


def audit(url: str) -> "subprocess.CompletedProcess[str]":
    make = shutil.which("make") or "make"
    command = [make, "audit", f"OSV_URL={url}"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )


def test_every_locked_library_is_asked_for_and_none_has_a_hole() -> None:
    with advisories() as (url, asked):
        ended = audit(url)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert {"nameko", "pymongo", "jinja2"} <= set(asked)


def test_a_library_with_a_known_hole_is_named() -> None:
    with advisories("jinja2") as (url, _):
        ended = audit(url)
    assert ended.returncode != 0
    assert "GHSA-0000-0000-0000" in ended.stdout
    assert "jinja2" in ended.stdout


def test_a_source_that_cannot_be_reached_is_no_clean_answer() -> None:
    assert audit("http://127.0.0.1:9/v1/query").returncode != 0
