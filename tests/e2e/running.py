"""The platform of the end-to-end tests, and the command as a person would type it."""

import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from cli import tokens
from cli.embedded.data_folder import ROOT
from cli.journey.sample_pdf import pdf
from cli.journey.scenario import PROCEDURE
from cli.local_platform import LocalPlatform
from tests.processes import PLAIN


@dataclass
class Running:
    """A platform in a folder of its own, and the command as a person would type it."""

    data: Path
    base: int
    demos: dict[str, "subprocess.CompletedProcess[str]"] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def motcua(self, *words: str, language: str = "vi") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "cli", "--lang", language, *words]
        environ = {"PATH": os.environ["PATH"], "MOTCUA_DATA": str(self.data), "COLUMNS": "400"}
        environ |= self.settings
        began = time.monotonic()
        ended = subprocess.run(
            command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900
        )
        print(f"motcua {' '.join(words)}: {ended.returncode} in {time.monotonic() - began:.1f} s")
        return ended

    @property
    def platform(self) -> LocalPlatform:
        return LocalPlatform(self.data)

    def call(
        self, who: str, service: str, path: str, method: str = "GET", **rest: Any
    ) -> httpx.Response:
        """As `role` or `role:subject:agency`; the desk that is asked is `routing:agency`."""
        platform, (name, _, desk) = self.platform, service.partition(":")
        headers = {"Idempotency-Key": uuid.uuid4().hex, **rest.pop("headers", {})}
        if who:
            role, subject, agency = (*who.split(":"), "", "")[:3]
            signed = tokens.sign_token(platform.folder, role, subject or "somebody", agency=agency)
            headers["Authorization"] = f"Bearer {signed}"
        url = platform.instance(name, desk).url + path
        return httpx.request(method, url, headers=headers, **PLAIN, **rest)

    def upload(self, who: str, title: str) -> str:
        """A paper of that name, kept; its id."""
        headers = {"Content-Type": "application/pdf", "X-Filename": quote(f"{title[:50]}.pdf")}
        stored = self.call(
            who, "documents", "/documents", "POST", content=pdf(title), headers=headers
        )
        assert stored.status_code == 201, stored.text
        return str(stored.json()["id"])

    def take_in(self) -> str:
        """A dossier that the counter has just taken in; its id. Its first step is REGISTRAR's."""
        citizen = "citizen:citizen-of-a-dossier"
        listed = self.call("", "catalogue", f"/procedures/{PROCEDURE}").json()["papers"]
        papers = [paper["name"] for paper in listed if paper["required"]]
        body = {
            "procedure": PROCEDURE,
            "channel": "online",
            "applicant": {"name": "Trần Thị Ví Dụ", "phone": "0912345677"},
            "documents": [{"paper": name, "id": self.upload(citizen, name)} for name in papers],
        }
        handed_in = self.call(citizen, "intake", "/dossiers", "POST", json=body)
        assert handed_in.status_code == 201, handed_in.text
        dossier = str(handed_in.json()["id"])
        taken = self.call("clerk", "intake", f"/dossiers/{dossier}/accept", "POST", json={})
        assert taken.is_success, taken.text
        return dossier
