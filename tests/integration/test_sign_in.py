"""Signing in at a page by OpenID Connect, with a provider of a package on a real socket."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from foundation.web.session import (
    IDLE,
    SessionKeys,
    new_session_key,
    open_session,
    seal_session,
)
from foundation.worktime import HO_CHI_MINH
from tests import journeys
from tests.builders import AGENCIES, OWNER
from tests.integration.test_web_server import Service, ended, started
from tests.journeys import code
from tests.markup import Markup, flaws

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
MINE = f"/tracking/{code(journeys.WAITING)}"
PEOPLE = (
    User(sub=OWNER, claims={"name": "Nguyễn Thị Hoa", "acr": "loa2"}),
    User(sub="director", claims={"name": "Trần Văn An", "roles": ["director"], "acr": "loa3"}),
    User(sub="weak", claims={"name": "Lê Văn Bình", "acr": "loa1"}),
)


@pytest.fixture(scope="module", name="provider")
def _provider() -> Iterator[str]:
    with run_server_in_thread(require_nonce=True, user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


def providers(issuer: str, secret: Path) -> dict[str, Any]:
    citizens = {
        "id": "citizens",
        "name_vi": "Tài khoản công dân",
        "name_en": "Citizen's account",
        "issuer": issuer,
        "client_id": "motcua",
        "client_secret_file": str(secret),
        "acr": ["loa2", "loa3"],
        "rights": {"": "dossier:read", "director": "director"},
        "plain_subjects": True,
    }
    officers = citizens | {"id": "officers", "name_vi": "Cán bộ", "name_en": "Officers"}
    return {"providers": [citizens, officers]}


@pytest.fixture(scope="module", name="service")
def _service(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("sign-in")
    (folder / "session.json").write_text(json.dumps({"keys": [new_session_key("first")]}))
    (folder / "secret").write_text("of the client\n")
    named = providers(provider, folder / "secret")
    (folder / "providers.json").write_text(json.dumps(named))
    running = started(
        folder,
        8,
        {},
        "tests.integration.tracking_served",
        agencies=AGENCIES,
        session_keys=str(folder / "session.json"),
        identity_providers=str(folder / "providers.json"),
    )
    yield running
    ended(running)


class Browser:
    """Keeps cookies as a browser does, and goes nowhere by itself."""

    def __init__(self, service: Service, cookies: Mapping[str, str] | None = None) -> None:
        self.service = service
        self.address = f"http://127.0.0.1:{service.port}"
        self._client = httpx.Client(base_url=self.address, headers={"Accept": HTML})
        for name, value in (cookies or {}).items():
            self._client.cookies.set(name, value, domain="127.0.0.1")

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self._client.cookies)

    def open(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def send(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        return self._client.post(path, data=dict(fields), headers={"Origin": self.address})


def at_the_provider(where: str, sub: str) -> str:
    """What the person does there; the address they are sent back to, without the host."""
    answer = httpx.post(where, data={"sub": sub}, follow_redirects=False)
    assert answer.status_code in {302, 303}, answer.text
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def signed_in(browser: Browser, sub: str, to: str = MINE) -> httpx.Response:
    there = browser.open(f"/sign-in/with/citizens?to={quote(to, safe='')}")
    assert there.status_code == 303
    return browser.open(at_the_provider(there.headers["location"], sub))


@pytest.fixture(name="browser")
def _browser(service: Service) -> Browser:
    return Browser(service)


def test_a_person_signs_in_sees_their_own_and_signs_out(browser: Browser) -> None:
    answer = signed_in(browser, OWNER)
    assert (answer.status_code, answer.headers["location"]) == (303, MINE)
    page = browser.open(MINE).text
    assert flaws(page) == []
    text = Markup(page).text
    assert "Giấy ủy quyền có chứng thực" in text
    assert "Nguyễn Thị Hoa" in text
    out = browser.send("/sign-out", {})
    assert out.headers["location"] == "/signed-out/citizens"
    assert "motcua-session" not in browser.cookies
    assert "Giấy ủy quyền có chứng thực" not in browser.open(MINE).text


def test_the_way_to_the_provider_is_guarded_by_state_nonce_and_pkce(browser: Browser) -> None:
    where = browser.open("/sign-in/with/citizens?to=%2Flate").headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[each]) for each in ("state", "nonce", "code_challenge")) >= 32
    assert asked["acr_values"] == "loa2 loa3"
    again = browser.open("/sign-in/with/citizens").headers["location"]
    assert parse_qs(urlsplit(again).query)["state"] != [asked["state"]]


def test_rights_come_from_roles(browser: Browser) -> None:
    signed_in(browser, "director", "/late")
    assert browser.open("/late").status_code == 200
    other = Browser(browser.service)
    signed_in(other, OWNER)
    assert other.open("/late").status_code == 403


def test_a_level_of_assurance_that_is_too_low_is_refused(browser: Browser) -> None:
    assert signed_in(browser, "weak").status_code == 401
    assert "motcua-session" not in browser.cookies


def test_an_answer_works_once_and_in_the_browser_that_asked(browser: Browser) -> None:
    where = browser.open("/sign-in/with/citizens").headers["location"]
    back = at_the_provider(where, OWNER)
    stranger = Browser(browser.service)
    assert stranger.open(back).status_code == 401
    assert "motcua-session" not in stranger.cookies
    assert browser.open(back).status_code == 303
    assert browser.open(back).status_code == 401


def test_a_forged_answer_is_refused(browser: Browser) -> None:
    back = at_the_provider(browser.open("/sign-in/with/citizens").headers["location"], OWNER)
    state = parse_qs(urlsplit(back).query)["state"][0]
    for forged in (
        f"/sign-in/callback?state={state}&code=made-up",
        f"/sign-in/callback?state={state}&error=access_denied",
        f"/sign-in/callback?state={state[:12]}{'x' * (len(state) - 12)}&code=a",
        f"{back}&iss=https://evil.example",
        "/sign-in/callback",
    ):
        answer = Browser(browser.service, browser.cookies).open(forged)
        assert answer.status_code == 401, forged
        assert "motcua-session" not in answer.cookies


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%2f%2fevil",
        "/a b",
        "evil",
        "",
    ],
)
def test_nobody_is_led_to_another_site(browser: Browser, to: str) -> None:
    answer = signed_in(browser, OWNER, to)
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\"))


def test_a_session_of_somebody_elses_making_is_none(browser: Browser) -> None:
    signed_in(browser, OWNER)
    sealed = browser.cookies["motcua-session"]
    for forged in (sealed[:-3] + "abc", "x", "", sealed.replace(".", "..")):
        visitor = Browser(browser.service, {"motcua-session": forged})
        page = visitor.open(MINE)
        assert page.status_code == 200
        assert "Giấy ủy quyền" not in page.text


@pytest.mark.parametrize(
    ("lang", "until", "stay"),
    [("vi", "phiên đến", "Gia hạn phiên"), ("en", "session until", "Stay signed in")],
)
def test_a_page_says_until_when_the_session_lasts_and_how_to_stay(
    browser: Browser, service: Service, lang: str, until: str, stay: str
) -> None:
    signed_in(browser, OWNER)
    keys = SessionKeys(str(Path(service.log).parent / "session.json"))
    now = datetime.now(UTC)
    known = open_session(browser.cookies["motcua-session"], keys, now)
    assert known
    # Nearly over: this very page renews it, and says the time that holds from now on.
    nearly = known.renewed(now - IDLE + timedelta(minutes=1))
    visitor = Browser(service, {"motcua-session": seal_session(nearly, keys)})
    page = visitor.open(f"{MINE}?lang={lang}").text
    kept = open_session(visitor.cookies["motcua-session"], keys, now)
    assert kept
    assert kept.until > now + IDLE - timedelta(minutes=1)
    assert flaws(page) == []
    assert f"{until} {kept.until.astimezone(HO_CHI_MINH):%H:%M}" in Markup(page).text
    [link] = [each for each in Markup(page).all("a") if each.get("target") == "_blank"]
    assert stay in Markup(page).text
    again = visitor.open(str(link["href"])).text
    assert flaws(again) == []
    assert kept.name in Markup(again).text


def test_a_form_that_is_sent_when_the_session_is_over_is_held(browser: Browser) -> None:
    path = "/late/dossier-3/urge"
    answer = browser.send(path, {"words": 'Đề nghị "báo cáo" <ngay>', "step": "a"})
    assert answer.status_code == 401
    page = Markup(answer.text)
    assert flaws(answer.text) == []
    held = {each["name"]: each["value"] for each in page.all("input")}
    assert held == {"words": 'Đề nghị "báo cáo" <ngay>', "step": "a"}
    assert page.all("form")[0]["action"] == path
    assert "/sign-in" in {each.get("href") for each in page.all("a")}


def test_the_choice_of_accounts_is_a_whole_page(browser: Browser) -> None:
    for lang in ("vi", "en"):
        html = browser.open(f"/sign-in?to=%2Flate&lang={lang}").text
        assert flaws(html) == []
        links = [str(each.get("href")) for each in Markup(html).all("a")]
        assert "/sign-in/with/citizens?to=%2Flate" in links
    assert browser.open("/sign-in/with/nobody").status_code == 404


def test_no_token_and_no_code_stands_in_the_log(browser: Browser, service: Service) -> None:
    signed_in(browser, OWNER)
    text = Path(service.log).read_text()
    assert browser.cookies["motcua-session"] not in text
    assert "id_token" not in text
    assert "code=" not in text


def test_who_is_not_signed_in_is_shown_the_way(browser: Browser) -> None:
    answer = browser.open("/sign-in/callback?state=none")
    assert answer.status_code == 401
    assert "/sign-in" in {each.get("href") for each in Markup(answer.text).all("a")}
