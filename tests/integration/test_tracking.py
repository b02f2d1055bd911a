"""Tracking on a real socket: headers, the way of a token through the cookie, and the guard."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.web.rate_limit import ASKED, MISSED
from tests import journeys
from tests.builders import AGENCIES, OWNER
from tests.integration.test_web_server import Answer, Service, ended, started, token
from tests.journeys import code
from tests.markup import Markup, flaws

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
MINE = f"/tracking/{code(journeys.WAITING)}"
THEIRS = f"/tracking/{code(journeys.FOREIGN)}"


@dataclass
class Visitor(Service):
    """One person at the service, at an address of their own."""

    address: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return super().ask(method, path, body, **{"X_Forwarded_For": self.address, **headers})


@pytest.fixture(scope="module", name="running")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = started(
        tmp_path_factory.mktemp("tracking"),
        8,
        {},
        "tests.integration.tracking_served",
        agencies=AGENCIES,
        proxies=1,
    )
    yield service
    ended(service)


@pytest.fixture(scope="module", name="addresses")
def _addresses() -> Iterator[str]:
    return (f"198.51.100.{number}" for number in range(1, 255))


@pytest.fixture(name="served")
def _served(running: Service, addresses: Iterator[str]) -> Service:
    return Visitor(running.process, running.port, running.log, next(addresses))


def bearer(**claims: Any) -> str:
    return token(**({"sub": OWNER, "aud": "intake", "scope": "dossier:read"} | claims))


def raw_token(**claims: Any) -> str:
    return bearer(**claims).removeprefix("Bearer ")


def browse(service: Service, path: str, cookie: str = "", **headers: str) -> Answer:
    kept = {"Cookie": cookie} if cookie else {}
    return service.ask("GET", path, Accept=HTML, **kept, **headers)


def send(service: Service, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
    host = f"127.0.0.1:{service.port}"
    headers = {"Origin": f"http://{host}", "Accept": HTML, **headers}
    headers |= {"Content_Type": "application/x-www-form-urlencoded"}
    return service.ask("POST", path, urlencode(fields), **headers)


def signed_in(service: Service, value: str) -> str:
    answer = send(service, f"{MINE}/sign-in", {"token": value})
    assert (answer.status, answer.headers["location"]) == (303, MINE)
    return answer.headers["set-cookie"].partition(";")[0]


def without_trace(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """All of an answer but what is different in every one."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    body = re.sub(rb'"trace_id": "[0-9a-f]*"', b"", answer.body)
    # What was asked for stands in the page, and so in its length.
    body = re.sub(rb"(?:000\.00\.00\.H41-200915-\d{4}|nothing-like-a-code-at-all)", b"CODE", body)
    return answer.status, headers, body


def test_a_page_says_what_it_may_load_and_keeps_nothing(served: Service) -> None:
    for path in ("/", MINE, "/tracking/nothing", "/tracking?code="):
        answer = browse(served, path)
        rules = answer.headers["content-security-policy"]
        assert rules.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in rules
        assert "unsafe" not in rules
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert {"Accept", "Cookie"} <= set(answer.headers["vary"].split(", "))
        assert flaws(answer.body.decode()) == []


def test_one_address_is_a_page_for_browsers_and_json_for_machines(served: Service) -> None:
    assert browse(served, MINE).headers["content-type"].startswith("text/html")
    answer = served.ask("GET", MINE)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == {"code": code(journeys.WAITING), "completed": 20}


def test_the_api_shows_its_own_person_more(served: Service) -> None:
    answer = served.ask("GET", MINE, Authorization=bearer(), Accept_Language="en")
    assert answer.json["status"].startswith("Waiting for papers from you")
    for wrong in ("Bearer x", bearer(exp=time.time() - 3600), bearer(aud="documents")):
        refused = served.ask("GET", MINE, Authorization=wrong)
        assert refused.status == 401
        assert "www-authenticate" in refused.headers
    assert served.ask("GET", MINE, Authorization=bearer(scope="dossier:submit")).status == 403


def test_a_person_signs_in_looks_and_signs_out(served: Service) -> None:
    cookie = signed_in(served, raw_token())
    page = Markup(browse(served, MINE, cookie).body.decode()).text
    assert "Giấy ủy quyền có chứng thực" in page
    out = send(served, f"{MINE}/sign-out?lang=en", {}, Cookie=cookie)
    assert (out.status, out.headers["location"]) == (303, f"{MINE}?lang=en")
    assert "Max-Age=0" in out.headers["set-cookie"]
    page = Markup(browse(served, MINE).body.decode()).text
    assert "Giấy ủy quyền có chứng thực" not in page


def test_a_token_that_is_not_believed_is_said_in_a_sentence_and_forgotten(served: Service) -> None:
    for value in ("x.y.z", raw_token(exp=time.time() - 3600), raw_token(aud="documents")):
        answer = browse(served, MINE, signed_in(served, value))
        assert answer.status == 401
        assert "xin đăng nhập lại" in Markup(answer.body.decode()).text
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert value.encode() not in answer.body


def test_the_cookie_is_for_pages_only(served: Service) -> None:
    cookie = signed_in(served, raw_token())
    assert "status" not in served.ask("GET", MINE, Cookie=cookie).json


def test_other_sites_cannot_send_our_forms(served: Service) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
    ):
        for form in ("sign-in", "sign-out"):
            answer = send(served, f"{MINE}/{form}", {"token": raw_token()}, **headers)
            assert answer.status == 403
            assert "set-cookie" not in answer.headers
            assert flaws(answer.body.decode()) == []


@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"token": "a b"}, {"token": "x" * 4000}])
def test_a_form_that_is_wrong_is_shown_again(served: Service, fields: dict[str, str]) -> None:
    answer = send(served, f"{MINE}/sign-in", fields)
    assert answer.status == 422
    html = answer.body.decode()
    assert flaws(html) == []
    field = next(each for each in Markup(html).all("input") if each.get("id") == "token")
    assert field["aria-invalid"] == "true"
    assert field.get("value") is None


def test_a_form_as_long_as_a_book_is_not_read(served: Service) -> None:
    assert send(served, f"{MINE}/sign-in", {"token": "x" * 50_000}).status == 413


def test_a_foreign_an_unknown_and_a_malformed_code_are_answered_alike(served: Service) -> None:
    unknown, odd = f"/tracking/{code(999)}", "/tracking/nothing-like-a-code-at-all"
    cookie = signed_in(served, raw_token())
    by_token = partial(served.ask, "GET", Authorization=bearer())
    by_cookie = partial(browse, served, cookie=cookie)
    for ask in (by_token, by_cookie):
        first = without_trace(ask(THEIRS))
        assert first[0] == 404
        assert without_trace(ask(unknown)) == first
        again = without_trace(ask(odd))
        # The code itself is written into the field: only that may make a page longer.
        assert (again[0], again[2]) == (first[0], first[2])
        assert again[1].keys() == first[1].keys()
    assert without_trace(browse(served, unknown))[2] == without_trace(browse(served, odd))[2]


def test_who_guesses_is_stopped_and_others_are_not(served: Service) -> None:
    guesser, person = {"X_Forwarded_For": "203.0.113.5"}, {"X_Forwarded_For": "203.0.113.6"}
    found = [
        served.ask("GET", f"/tracking/{code(number)}", **guesser).status
        for number in range(100, 100 + MISSED.burst + 5)
    ]
    assert found.count(404) in {MISSED.burst, MISSED.burst + 1}
    stopped = served.ask("GET", MINE, **guesser)
    assert stopped.status == 429
    assert 1 <= int(stopped.headers["retry-after"]) <= 10
    assert stopped.json["type"] == "urn:motcua:problem:too-many"
    page = browse(served, MINE, **guesser)
    assert (page.status, "retry-after" in page.headers) == (429, True)
    assert flaws(page.body.decode()) == []
    # Another name before our own proxy's does not help the guesser.
    spoofed = served.ask("GET", MINE, X_Forwarded_For="198.51.100.1, 203.0.113.5")
    assert spoofed.status == 429
    assert served.ask("GET", MINE, **person).status == 200


def test_even_known_codes_are_not_asked_for_without_end(served: Service) -> None:
    found = [served.ask("GET", MINE).status for _ in range(ASKED.burst + 20)]
    assert found[: ASKED.burst] == [200] * ASKED.burst
    assert 429 in found


def test_no_token_and_no_code_reach_the_log(served: Service) -> None:
    value = raw_token()
    cookie = signed_in(served, value)
    browse(served, MINE, cookie)
    browse(served, MINE, "motcua=canary.canary.canary")
    send(served, f"{MINE}/sign-in", {"token": "canary canary"})
    served.ask("GET", MINE, Authorization=f"Bearer {value}")
    log = served.log.read_text()
    assert '"route": "/tracking/<code>"' in log
    for secret in (value, value.split(".")[1], "canary", code(journeys.WAITING), OWNER):
        assert secret not in log


def test_who_has_lost_the_way_finds_a_page_or_a_problem(served: Service) -> None:
    page = browse(served, "/nowhere?lang=en")
    assert page.status == 404
    assert flaws(page.body.decode()) == []
    assert "There is nothing at this path." in Markup(page.body.decode()).text
    assert served.ask("GET", "/nowhere").headers["content-type"] == "application/problem+json"
    wrong = browse(served, f"{MINE}/sign-in")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")
    assert browse(served, "/tracking/%ff%fe").status == 404


def test_from_the_front_page_to_the_dossier(served: Service) -> None:
    assert 'action="/tracking"' in browse(served, "/").body.decode()
    answer = browse(served, f"/tracking?code={code(journeys.WAITING).lower()}&lang=en")
    assert (answer.status, answer.headers["location"]) == (303, f"{MINE}?lang=en")
    page = browse(served, answer.headers["location"])
    assert Markup(page.body.decode()).all("html")[0]["lang"] == "en"


# The director's pages.


def test_the_director_signs_in_sees_what_is_late_and_urges_by_a_form(served: Service) -> None:
    assert b'name="token"' in browse(served, "/late").body
    assert served.ask("GET", "/late").status == 401
    value = raw_token(sub="giám đốc", scope="director")
    answer = send(served, "/late/sign-in", {"token": value})
    assert (answer.status, answer.headers["location"]) == (303, "/late")
    cookie = answer.headers["set-cookie"].partition(";")[0]
    listed = browse(served, "/late", cookie)
    assert (listed.status, flaws(listed.body.decode())) == (200, [])
    place = "/late/dossier-3"
    assert f'href="{place}"' in listed.body.decode()
    shown = browse(served, place, cookie).body.decode()
    key = next(e["value"] for e in Markup(shown).all("input") if e.get("name") == "key")
    fields = {"key": str(key), "words": "Đề nghị báo cáo", "step": "", "answer_by": ""}
    for _ in range(2):
        sent = send(served, f"{place}/urge", fields, Cookie=cookie)
        assert (sent.status, sent.headers["location"]) == (303, place)
    assert (
        browse(served, place, cookie).body.decode().count('<p lang="vi">Đề nghị báo cáo</p>') == 1
    )
    table = browse(served, "/late.csv", cookie)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert code(3).encode() in table.body


def test_nobody_else_urges(served: Service) -> None:
    place, fields = "/late/dossier-3", {"key": "k", "words": "x"}
    citizen = signed_in(served, raw_token())
    director = f"motcua={raw_token(scope='director')}"
    assert browse(served, "/late", citizen).status == 403
    assert send(served, f"{place}/urge", fields, Cookie=citizen).status == 403
    assert send(served, f"{place}/urge", fields).status == 401
    foreign = {"Origin": "https://evil.example"}
    assert send(served, f"{place}/urge", fields, Cookie=director, **foreign).status == 403
    wrong = send(served, f"{place}/urge", {"key": "k"}, Cookie=director)
    assert (wrong.status, flaws(wrong.body.decode())) == (422, [])
    closed = send(served, "/late/dossier-4/urge", fields, Cookie=director)
    assert (closed.status, flaws(closed.body.decode())) == (409, [])
