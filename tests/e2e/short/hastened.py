"""A platform whose days last ten seconds, and its days all worked: an hour is half a second."""

import subprocess
from datetime import date, timedelta
from typing import Any

import httpx

from cli.agency import provision
from cli.agency_registry import Agency
from cli.embedded.ports import HOST
from tests.e2e.running import Running
from tests.processes import PLAIN

DAY = 10.0  # seconds
DIRECTOR = "giam-doc@example.vn"


class Hastened(Running):
    """Its commands speak English, and its doors are expected to open."""

    def begin(self, elsewhere: dict[str, str]) -> None:
        """Start it, with these agencies (code → name) working in systems of their own."""
        for code, name in elsewhere.items():
            provision.provide(
                self.platform,
                Agency(
                    code=code, name_vi=name, name_en=name, officer_vi="", unit="", elsewhere=True
                ),
            )
        self.settings = {
            "DIRECTOR": DIRECTOR,
            "DIRECTOR_LANGUAGE": "en",
            "DESK_URL": "https://desk.example.vn/{agency}",
            "DIGEST_SECONDS": "2",
        }
        up = self.motcua("up", "--day", f"{DAY:.0f}s", "--base-port", str(self.base))
        assert up.returncode == 0, up.stderr
        assert "A day lasts 10 seconds." in up.stdout
        self._work_every_day()

    def motcua(self, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """As Running, in English."""
        return super().motcua(*words, language=language)

    def request(
        self, who: str, service: str, method: str, path: str, body: Any = None
    ) -> httpx.Response:
        """What a door answers to somebody, in English."""
        return self.call(who, service, path, method, json=body, headers={"Accept-Language": "en"})

    def ask(self, who: str, service: str, method: str, path: str, body: Any = None) -> Any:
        """The JSON that a door answers to somebody; it must let them in."""
        answer = self.request(who, service, method, path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def texts(self, phone: str) -> list[str]:
        """The SMS that went to a telephone."""
        url = f"http://{HOST}:{self.platform.ports.sms}/messages?kind=sms"
        kept = httpx.get(url, **PLAIN).json()["messages"]
        return [each["text"] for each in kept if each["to"].endswith(phone[1:])]

    def letters(self, address: str) -> list[str]:
        """The mail that went to an address: subject and text."""
        url = f"http://{HOST}:{self.platform.ports.sms}/messages?kind=mail"
        kept = httpx.get(url, **PLAIN).json()["messages"]
        return [f"{each['subject']}\n{each['text']}" for each in kept if each["to"] == address]

    def events(self, dossier: str) -> list[Any]:
        """What the feed tells of a dossier, oldest first."""
        told, after = [], 0
        while True:
            page = self.ask("integrator", "subscriptions", "GET", f"/events?after={after}")
            told += [each for each in page["events"] if each["subject"] == dossier]
            if page["next"] == after:
                return told
            after = page["next"]

    def _work_every_day(self) -> None:
        first = date.today() - timedelta(days=2)  # noqa: DTZ011 -- any day before all of it
        days = [
            {"date": str(first + timedelta(days=n)), "kind": "worked", "note": "thử"}
            for n in range(200)
        ]
        body = {
            "days": days,
            "warnings": {"share": 30, "apology_hours": 12},
            "reason": {"vi": "thử", "en": "trial"},
            "edition": 0,
        }
        decided = self.ask("administrator", "intake", "PUT", "/calendar", body)
        assert decided["edition"] == 1
