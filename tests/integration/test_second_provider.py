"""Signing in at an OpenID provider by other hands: npm's oidc-provider, which is certified.

It is stricter than the one that `motcua up` brings: names and roles are at userinfo alone, the
client's secret is decoded as RFC 6749 has it, and an address to come back to must be registered.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, RSAKey

from foundation.web.session import new_session_key
from tests import journeys
from tests.builders import AGENCIES, OWNER
from tests.integration.test_sign_in import Browser
from tests.integration.test_web_server import Service, ended, started
from tests.javascript import LIBRARIES, library, node
from tests.journeys import code
from tests.markup import Markup
from tests.processes import PLAIN, free_port, until

MINE = f"/tracking/{code(journeys.WAITING)}"
LATE = "/late/dossier-3"
WORDS = 'Đề nghị "báo cáo" <ngay> trong ngày.'
SCRIPT = Path(__file__).parent / "second_provider.mjs"
SECRET = "a+b/c==%: d"  # noqa: S105 -- of a provider that only tests talk to
KID = "the one"
FORGERIES = ("audience", "nonce", "issuer", "late", "key", "unsigned", "userinfo")
PEOPLE: dict[str, dict[str, Any]] = {
    OWNER: {"name": "Nguyễn Thị Hoa", "acr": "loa2"},
    "director": {"name": "Trần Văn An", "roles": ["director"], "acr": "loa3"},
    "weak": {"name": "Lê Văn Bình", "acr": "loa1"},
    "unsaid": {"name": "Lê Văn Cảnh"},
    **{each: {"name": each, "acr": "loa2", "forged": each} for each in FORGERIES},
}


@dataclass
class SecondProvider:
    """A provider's process, which may end and start again with other keys."""

    back: str
    method: str = "client_secret_basic"
    secret: str = SECRET
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self, key: RSAKey | ECKey, folder: Path) -> "SecondProvider":
        """Start it with that key, and no other."""
        library("oidc-provider")
        private = dict(key.as_dict(private=True)) | {"kid": KID, "use": "sig"}
        client = {
            "client_id": "motcua",
            "redirect_uris": [f"{self.back}/sign-in/callback"],
            "post_logout_redirect_uris": [f"{self.back}/"],
            "token_endpoint_auth_method": self.method,
            "id_token_signed_response_alg": "RS256" if isinstance(key, RSAKey) else "ES256",
        } | ({"client_secret": self.secret} if self.secret else {})
        told = {
            "libraries": str(LIBRARIES),
            "port": self.port,
            "client": client,
            "keys": [private],
            "people": PEOPLE,
        }
        with (folder / f"provider-{self.port}.log").open("ab") as log:
            command = [node(), str(SCRIPT), json.dumps(told)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until(self.answers, why=f"a provider; see {folder}/provider-{self.port}.log")
        return self

    def answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, "the provider ended"
        with suppress(httpx.HTTPError):
            place = f"{self.issuer}/.well-known/openid-configuration"
            return httpx.get(place, **PLAIN).status_code == 200
        return False

    def end(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@dataclass(frozen=True)
class Office:
    """A service with pages, and the providers that people sign in at, by their ids."""

    service: Service
    folder: Path
    providers: Mapping[str, SecondProvider]


@pytest.fixture(scope="module", name="office")
def _office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("second")
    (folder / "session.json").write_text(json.dumps({"keys": [new_session_key("first")]}))
    (folder / "secret").write_text(f"{SECRET}\n")
    running = started(
        folder,
        8,
        {},
        "tests.integration.tracking_served",
        agencies=AGENCIES,
        session_keys=str(folder / "session.json"),
        identity_providers=str(folder / "providers.json"),
    )
    back = f"http://127.0.0.1:{running.port}"
    providers = {
        "basic": SecondProvider(back),
        "post": SecondProvider(back, method="client_secret_post"),
        "public": SecondProvider(back, method="none", secret=""),
    }
    named = [_named(id, each, folder / "secret") for id, each in providers.items()]
    numbers = {"subject": "citizen_number"}
    named.append(_named("numbers", providers["basic"], folder / "secret", claims=numbers))
    (folder / "providers.json").write_text(json.dumps({"providers": named}))
    try:
        for each in providers.values():
            each.start(RSAKey.generate_key(2048), folder)
        yield Office(running, folder, providers)
    finally:
        ended(running)
        for each in providers.values():
            each.end()


def _named(id: str, provider: SecondProvider, secret: Path, **more: object) -> dict[str, Any]:
    return {
        "id": id,
        "name_vi": id,
        "name_en": id,
        "issuer": provider.issuer,
        "client_id": "motcua",
        "client_secret_file": str(secret) if provider.secret else "",
        "acr": ["loa2", "loa3"],
        "rights": {"": "dossier:read", "director": "director"},
        "plain_subjects": True,
        **more,
    }


class Person:
    """Somebody with a browser of their own, in which both sites keep their cookies."""

    def __init__(self, office: Office, at: str = "basic") -> None:
        self.here = Browser(office.service)
        self.there = httpx.Client(follow_redirects=False, **PLAIN)
        self.at = at

    def leave(self, to: str = MINE) -> str:
        """On the way to the provider: its address."""
        answer = self.here.open(f"/sign-in/with/{self.at}?to={quote(to, safe='')}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def named_there(self, where: str, who: str) -> str:
        """Where the provider sends somebody who says who they are; "" is who goes back instead."""
        answer = self.there.get(where)
        if "/people/" in answer.headers.get("location", ""):
            page = str(answer.next_request.url) if answer.next_request else ""
            answer = self._followed(self.there.post(page, data={"who": who}))
        back = urlsplit(answer.headers["location"])
        assert back.path == "/sign-in/callback", answer.headers["location"]
        return f"{back.path}?{back.query}"

    def signs_in(self, who: str, to: str = MINE) -> httpx.Response:
        return self.here.open(self.named_there(self.leave(to), who))

    def is_known(self) -> bool:
        return "motcua-session" in self.here.cookies

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        """What the provider says at last, before it leads out of its own house."""
        while answer.next_request and answer.next_request.url.host == "localhost":
            answer = self.there.send(answer.next_request)
        return answer


@pytest.mark.parametrize("at", ["basic", "post", "public"])
def test_a_person_signs_in_however_the_client_proves_itself(office: Office, at: str) -> None:
    person = Person(office, at)
    answer = person.signs_in(OWNER)
    assert (answer.status_code, answer.headers["location"]) == (303, MINE)
    text = Markup(person.here.open(MINE).text).text
    assert "Giấy ủy quyền có chứng thực" in text
    assert "Nguyễn Thị Hoa" in text


def test_name_and_roles_come_from_where_the_provider_gives_them(office: Office) -> None:
    person = Person(office)
    person.signs_in("director", "/late")
    assert person.here.open("/late").status_code == 200
    assert "Trần Văn An" in Markup(person.here.open("/late").text).text
    other = Person(office)
    other.signs_in(OWNER)
    assert other.here.open("/late").status_code == 403


def test_who_comes_without_the_claim_that_identifies_people_is_nobody(office: Office) -> None:
    person = Person(office, "numbers")
    answer = person.signs_in(OWNER)
    assert answer.status_code == 401
    assert "không kèm thông tin định danh" in Markup(answer.text).text
    assert not person.is_known()


@pytest.mark.parametrize("who", ["weak", "unsaid"])
def test_a_level_of_assurance_that_is_too_low_or_unsaid_is_refused(
    office: Office, who: str
) -> None:
    person = Person(office)
    where = person.leave()
    assert parse_qs(urlsplit(where).query)["acr_values"] == ["loa2 loa3"]
    assert person.here.open(person.named_there(where, who)).status_code == 401
    assert not person.is_known()


@pytest.mark.parametrize("forged", FORGERIES)
def test_a_forged_token_is_refused(office: Office, forged: str) -> None:
    person = Person(office)
    assert person.signs_in(forged).status_code == 401
    assert not person.is_known()


def test_an_answer_counts_once_and_as_the_provider_gave_it(office: Office) -> None:
    person = Person(office)
    back = person.named_there(person.leave(), OWNER)
    assert "&iss=" in back
    for changed in (
        re.sub("&iss=[^&]*", "", back),
        re.sub("&iss=[^&]*", "&iss=https%3A%2F%2Fevil.example", back),
        re.sub("code=[^&]*", "code=made-up", back),
    ):
        stolen = Browser(office.service, person.here.cookies)
        assert stolen.open(changed).status_code == 401, changed
        assert "motcua-session" not in stolen.cookies
    stranger = Browser(office.service)
    assert stranger.open(back).status_code == 401
    kept = person.here.cookies
    assert person.here.open(back).status_code == 303
    assert Browser(office.service, kept).open(back).status_code == 401


def test_whoever_turns_back_at_the_provider_is_nobody(office: Office) -> None:
    person = Person(office)
    back = person.named_there(person.leave(), "")
    assert "error=access_denied" in back
    assert person.here.open(back).status_code == 401
    assert not person.is_known()


def test_signing_out_ends_at_the_provider_too(office: Office) -> None:
    person = Person(office)
    person.signs_in(OWNER)
    # Out of here only: the provider still knows the person, and asks nothing.
    out = person.here.send("/sign-out", {})
    assert person.there.get(person.leave()).headers["location"].startswith(person.here.address)
    page = Markup(person.here.open(out.headers["location"]).text)
    [leaving] = [
        str(each["href"])
        for each in page.all("a")
        if str(each.get("href")).startswith(office.providers["basic"].issuer)
    ]
    asked = person.there.get(leaving)
    assert asked.status_code == 200, asked.text
    form = Markup(asked.text)
    typed = {str(each["name"]): str(each["value"]) for each in form.all("input")}
    done = person.there.post(str(form.all("form")[0]["action"]), data={**typed, "logout": "yes"})
    assert done.headers["location"] == f"{person.here.address}/"
    assert "/people/" in person.there.get(person.leave()).headers["location"]


def test_what_was_typed_comes_back_after_signing_in_again(office: Office) -> None:
    """The session is lost while a form is filled in, and the provider has forgotten the person."""
    before = Person(office)
    before.signs_in("director", LATE)
    asked = Markup(before.here.open(LATE).text)
    typed = filled_in(asked, f"{LATE}/urge") | {"words": WORDS}
    person = Person(office)
    stopped = person.here.send(f"{LATE}/urge", typed)
    assert stopped.status_code == 401
    held = filled_in(Markup(stopped.text), f"{LATE}/urge")
    assert held == typed
    person.signs_in("director", "/sign-in")
    sent = person.here.send(f"{LATE}/urge", held)
    assert sent.status_code == 303, sent.text
    assert WORDS in Markup(person.here.open(LATE).text).text


def filled_in(page: Markup, action: str) -> dict[str, str]:
    """What the hidden and the chosen fields of that form hold."""
    assert [each for each in page.all("form") if str(each["action"]).split("?")[0] == action]
    return {str(each["name"]): str(each["value"]) for each in page.all("input") if "value" in each}


def test_a_provider_may_change_its_key_and_keep_the_keys_name(office: Office) -> None:
    provider, before = office.providers["post"], Person(office, "post")
    before.signs_in(OWNER)
    provider.end()
    away = before.here.open("/sign-in/with/post?to=%2F")
    assert away.status_code == 303, "what the provider publishes is kept for an hour"
    provider.start(ECKey.generate_key("P-256"), office.folder)
    assert "Giấy ủy quyền có chứng thực" in Markup(before.here.open(MINE).text).text
    # Keys are not read twice within ten seconds, whatever comes signed.
    until(lambda: Person(office, "post").signs_in(OWNER).status_code == 303)


def test_while_the_provider_is_away_people_are_told_so(office: Office) -> None:
    provider, person = office.providers["public"], Person(office, "public")
    back = person.named_there(person.leave(), OWNER)
    provider.end()
    answer = person.here.open(back)
    assert answer.status_code == 503
    assert "xin thử lại sau ít phút" in Markup(answer.text).text
    assert not person.is_known()
