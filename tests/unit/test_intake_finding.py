"""Finding a dossier at the counter: by code, name, telephone and QR code, and who looked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, Unavailable
from foundation.web.responses import TooMany
from foundation.web.routes import Route
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Applicant, Proxy
from services.intake.domain.counter import finding
from services.intake.service import Intake
from tests.builders import RECEIVED, Office, accepted, handed_in, submitted

CODE = "000.00.00.H41-200915-0001"
NAMES = st.lists(
    st.sampled_from(["Nguyễn", "Trần", "Đức", "Thị", "Hoa", "Ð", "An", "Hòa", "Phúc"]),
    min_size=1,
    max_size=6,
).map(" ".join)


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def look(office: Office, q: str, **rest: Any) -> Any:
    query = {"q": q, **rest.pop("query", {})}
    asked = {"who": "cán bộ 1", "scopes": "counter", "query": query, **rest}
    return office.ask(office.service.find, **asked)


def found(office: Office, q: str) -> list[str]:
    return [each["id"] for each in look(office, q)["dossiers"]]


def take_in(office: Office, name: str, phone: str = "0912 345 678") -> str:
    body = handed_in(applicant={"name": name, "phone": phone})
    office.clock.forward(minutes=1)
    answer = office.ask(office.service.submit, body)
    office.clerk(office.service.accept, dossier_id=answer.body["id"])
    dossier_id: str = answer.body["id"]
    return dossier_id


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        f" {CODE} ",
        CODE.replace("-", "–"),
        f"\u200b{CODE}\ufeff",
        "200915-0001",
        f"https://motcua.example/tracking/{CODE}",
        f"https://motcua.example/tracking/{CODE}/?lang=en",
        "https://dichvucong.gov.vn/p/000.00.00.H41%2D200915%2D0001",
        "Nguyễn Thị Hoa",
        "nguyen thi hoa",
        "NGUYỄN THỊ HOA",
        "hoa",
        "Nguyễn Hoa",
        "hoa nguyễn",
        "ho ngu",
        "n t h",
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84 912 345 678",
        "84912345678",
        "0084 912 345 678",
        "(+84) 0912-345-678",
        "hoa 200915-0001",
    ],
)
def test_a_dossier_is_found_by_what_people_bring(office: Office, text: str) -> None:
    dossier_id = take_in(office, "Nguyễn Thị Hoa")
    take_in(office, "Trần Văn Nam", "0983 000 111")
    assert found(office, text) == [dossier_id]


@pytest.mark.parametrize(
    "text",
    ["Hòa Bình", "Nguyễn Hoan", "guyen", "0912345679", "000.00.00.H41-200915-0009", "345678"],
)
def test_what_is_not_there_is_not_found(office: Office, text: str) -> None:
    take_in(office, "Nguyễn Thị Hoa")
    assert look(office, text) == {"dossiers": [], "next": ""}


@pytest.mark.parametrize("text", ["", " ", "\u200b", "https://"])
def test_a_look_for_nothing_is_refused(office: Office, text: str) -> None:
    with pytest.raises(Invalid):
        look(office, text)


@pytest.mark.parametrize("text", [",;", "…", "(-)"])
def test_nothing_to_look_for_is_refused_in_both_languages(office: Office, text: str) -> None:
    with pytest.raises(Invalid, match="scan the QR code") as refused:
        look(office, text)
    assert "quét mã QR" in refused.value.vi


def test_the_newest_come_first_and_every_page_goes_on_where_the_last_ended(office: Office) -> None:
    ids = [take_in(office, "Nguyễn Thị Hoa") for _ in range(7)]
    seen, after = [], ""
    while True:
        page = look(office, "nguyen thi hoa", query={"limit": "2", "after": after})
        seen += [each["id"] for each in page["dossiers"]]
        after = page["next"]
        if not after:
            break
    assert seen == ids[::-1]


def test_who_hands_in_for_another_is_found_too() -> None:
    proxy = Proxy(
        name="Lê Quang Đạo", phone="+84905111222", identity="1", authority="Giấy ủy quyền"
    )
    words = set(finding.words_of(submitted(proxy=proxy, channel=Channel.POST)))
    assert {*finding.sought("le quang dao"), *finding.sought("0905 111 222")} <= words


@given(NAMES)
def test_every_name_is_found_as_it_is_written_and_without_marks(name: str) -> None:
    dossier = accepted()
    dossier = replace(dossier, applicant=Applicant(name=name, phone="+84912345678"))
    assert set(finding.sought(name)) <= set(finding.words_of(dossier))


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_order_of_places_is_the_newest_first(one: int, other: int) -> None:
    def place(milliseconds: int) -> str:
        moment = RECEIVED + timedelta(milliseconds=milliseconds)
        return finding.place_of(replace(accepted(), submitted=moment))

    assert (place(one) < place(other)) == (one > other)


def test_each_look_is_written_down_with_what_was_asked_and_shown(office: Office) -> None:
    dossier_id = take_in(office, "Nguyễn Thị Hoa")
    look(office, "nguyen thi hoa")
    look(office, "không có ai", who="giám đốc", scopes="director")
    answer = office.ask(office.service.who_looked, who="giám đốc", scopes="director")
    said = [
        (each["number"], each["by"], each["asked"], each["shown"]) for each in answer["lookups"]
    ]
    assert said == [
        (2, "giám đốc", "không có ai", []),
        (1, "cán bộ 1", "nguyen thi hoa", [dossier_id]),
    ]
    assert answer["next"] == ""


def test_what_cannot_be_written_down_is_not_shown(office: Office) -> None:
    take_in(office, "Nguyễn Thị Hoa")
    office.lookups.available = False
    with pytest.raises(Unavailable):
        look(office, "hoa")


def test_a_clerk_cannot_copy_the_book_by_looking(office: Office) -> None:
    for _ in range(30):
        look(office, "hoa")
    with pytest.raises(TooMany):
        look(office, "hoa")
    assert look(office, "hoa", who="cán bộ 2") == {"dossiers": [], "next": ""}


def test_looking_is_for_clerks_and_the_director_alone() -> None:
    routes = {
        entry.method_name: entry.scope
        for entry in _routes()
        if entry.method_name in ("find", "who_looked")
    }
    assert {name: set(scope.split()) for name, scope in routes.items()} == {
        "find": {"counter", "director"},
        "who_looked": {"director"},
    }


def _routes() -> list[Any]:
    found = []
    for name in dir(Intake):
        for entry in getattr(getattr(Intake, name), "nameko_entrypoints", ()):
            if isinstance(entry, Route):
                entry.method_name = name
                found.append(entry)
    return found


def test_dossiers_from_before_the_search_are_given_their_words(office: Office) -> None:
    dossier_id = take_in(office, "Nguyễn Thị Hoa")
    kept = office.dossiers.documents[dossier_id]
    del kept["words"], kept["found_at"], kept["owned"]
    assert found(office, "hoa") == []
    office.service.make_findable()
    assert found(office, "hoa") == [dossier_id]
    version = office.dossiers.get(dossier_id).revision.version
    office.service.make_findable()
    assert office.dossiers.get(dossier_id).revision.version == version
