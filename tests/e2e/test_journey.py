"""The running platform, from outside: the journey and its proofs, and who sees what."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import kombu
import pikepdf
import pytest
from amqp.exceptions import AccessRefused

from cli import try_out
from cli.embedded.rabbitmq import OPERATOR
from cli.journey.scenario import PROCEDURE
from cli.journey.store_inspectors import StoreInspector
from contracts.envelope import CONTENT_TYPE, Envelope
from tests.e2e.running import Running
from tests.processes import until

pytestmark = pytest.mark.timeout(400)  # the first test waits for the whole platform

HOPS, PROOFS = 37, 8
STRANGER = "citizen-nobody-knows"
LATER, NEVER = "ubnd-tinh", "cong-an-tinh"  # asked last; asked in the second stage
REGISTRAR = "so-ke-hoach-dau-tu"
INTERNALS = re.compile(
    r"Traceback|\.py\b|line \d+|nameko|kombu|pymongo|eventlet|werkzeug|mongodb|amqp|Error\b"
)


@dataclass(frozen=True)
class Travelled:
    """What the journeys left behind."""

    dossier: Mapping[str, Any]
    document: str
    feedback: str


@pytest.fixture(scope="module")
def travelled(running: Running) -> Travelled:
    inspector = StoreInspector(running.platform)
    dossier = inspector.database("intake")["dossiers"].find_one({"state": "returned"})
    feedback = inspector.database("feedback")["feedback"].find_one()
    return Travelled(dossier, dossier["attachments"][0]["document"], feedback["_id"])


@pytest.fixture(scope="module")
def fresh(running: Running) -> Travelled:
    """A dossier handed in just now: no agency was asked anything about it."""
    citizen = "citizen:citizen-fresh"
    listed = running.call("", "catalogue", f"/procedures/{PROCEDURE}").json()["papers"]
    papers = [paper["name"] for paper in listed if paper["required"]]
    documents = [{"paper": name, "id": running.upload(citizen, name)} for name in papers]
    body = {
        "procedure": PROCEDURE,
        "channel": "online",
        "applicant": {"name": "Trần Thị Ví Dụ", "phone": "0912345677"},
        "documents": documents,
    }
    handed_in = running.call(citizen, "intake", "/dossiers", "POST", json=body)
    assert handed_in.status_code == 201, handed_in.text
    document = documents[0]["id"]
    until(lambda: running.call("clerk", "documents", f"/documents/{document}").is_success)
    return Travelled(handed_in.json(), document, "")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "vi",
            [
                *("Hồ sơ 000.00.00.H41-", "Chứng minh từ bên ngoài", "Lịch sử nguyên vẹn"),
                *("Trần Văn Ký, Sở Xây dựng", "tệp không đổi", "Tố cáo, trong nhật ký"),
            ],
        ),
        (
            "en",
            [
                *("Dossier 000.00.00.H41-", "Proven from outside", "Histories are whole"),
                *("Trần Văn Ký, Sở Xây dựng", "A denunciation, in the log", "feedback.received"),
            ],
        ),
    ],
)
def test_a_demo_tells_the_whole_journey_and_proves_it(
    running: Running, language: str, words: list[str]
) -> None:
    demo = running.demos[language]
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert [word for word in words if word not in demo.stdout] == []
    # At its end, whom to sign in as, and where each of them begins.
    begins = ("/mine", "/counter", "/centre", f"/apply/for/{try_out.PROCEDURE}")
    assert [each for each in begins if each not in demo.stdout] == []
    assert re.findall(r"^│ +(\d+) │", demo.stdout, re.MULTILINE)[-1] == str(HOPS)
    assert (demo.stdout.count("✓"), demo.stdout.count("✗")) == (PROOFS, 0)


@pytest.mark.parametrize(
    ("language", "why", "opens"),
    [
        ("vi", "Vì sao hẹn trả vào ngày đó", "Mở xem: "),
        ("en", "Why it is due when it is", "Open it: "),
    ],
)
def test_a_demo_leaves_the_ledger_and_forms_01_and_05_to_open(
    running: Running, language: str, why: str, opens: str
) -> None:
    said = running.demos[language].stdout
    assert why in said
    files = [line.partition(opens)[2].strip() for line in said.splitlines() if opens in line]
    assert len(files) == 2
    for file in files:
        with pikepdf.open(file) as document:
            assert str(document.Root.Lang) == "vi"
            assert document.Root.MarkInfo.Marked
            assert re.search(r"H41-\d{6}-\d{4}", str(document.docinfo["/Title"]))


def test_what_there_is_to_try_has_a_fee_a_form_and_a_desk(running: Running) -> None:
    offered = running.call("", "catalogue", f"/procedures/{try_out.PROCEDURE}").json()
    assert [fee["amount"] for fee in offered["fees"]] == [100_000]
    assert sum("form" in paper for paper in offered["papers"]) == 1
    (stage,) = offered["route"]
    assert [task["agency"] for task in stage["tasks"]] == [try_out.AGENCY]
    assert running.platform.instance("routing", try_out.AGENCY).ready()


def test_a_demo_stops_what_it_started_and_leaves_what_ran_before(running: Running) -> None:
    assert "Đã dừng" in running.demos["vi"].stderr
    assert running.demos["up"].returncode == 0
    assert "stopped" not in running.demos["en"].stderr
    assert running.motcua("status").returncode == 0


def test_tracking_shows_the_code_and_the_share_and_nothing_else(
    running: Running, travelled: Travelled
) -> None:
    code = travelled.dossier["code"]
    tracked = running.call("", "intake", f"/tracking/{code}")
    assert tracked.json() == {"code": code, "completed": 100}
    assert running.call("", "intake", "/tracking/000.00.00.H41-200101-0001").status_code == 404


@pytest.mark.parametrize(
    ("service", "path", "what"),
    [
        ("intake", "/dossiers/{}", "dossier"),
        ("documents", "/documents/{}", "document"),
        ("documents", "/documents/{}/content", "document"),
        ("feedback", "/feedback/{}", "feedback"),
    ],
)
def test_a_stranger_cannot_tell_what_is_not_theirs_from_what_is_not_there(
    running: Running, travelled: Travelled, service: str, path: str, what: str
) -> None:
    ids = vars(travelled) | {"dossier": travelled.dossier["_id"]}
    theirs = running.call(f"citizen:{STRANGER}", service, path.format(ids[what]))
    nobodys = running.call(f"citizen:{STRANGER}", service, path.format(uuid.uuid4()))
    assert theirs.status_code == nobodys.status_code == 404
    assert without_trace(theirs) == without_trace(nobodys)
    assert varying(theirs.headers) == varying(nobodys.headers)


def test_a_stranger_cannot_take_a_dossier_back(running: Running, fresh: Travelled) -> None:
    path = f"/dossiers/{fresh.dossier['id']}/withdraw"
    refused = running.call(f"citizen:{STRANGER}", "intake", path, "POST", json={})
    nobodys = running.call(
        f"citizen:{STRANGER}", "intake", f"/dossiers/{uuid.uuid4()}/withdraw", "POST", json={}
    )
    assert refused.status_code == nobodys.status_code == 404
    assert without_trace(refused) == without_trace(nobodys)


def test_an_officer_sees_nothing_of_a_dossier_their_agency_was_not_asked_about(
    running: Running, fresh: Travelled
) -> None:
    officer = f"officer:ha:{NEVER}"
    for path in (f"/documents/{fresh.document}", f"/documents/{fresh.document}/content"):
        unknown = running.call(officer, "documents", path.replace(fresh.document, "no-such"))
        hidden = running.call(officer, "documents", path)
        assert hidden.status_code == unknown.status_code == 404
        assert without_trace(hidden) == without_trace(unknown)
    steps = running.call(officer, f"routing:{NEVER}", "/steps?limit=200").json()["steps"]
    assert [each for each in steps if each["id"].startswith(fresh.dossier["id"])] == []


def test_the_agency_that_is_asked_sees_it_and_the_next_one_does_not_yet(
    running: Running, fresh: Travelled
) -> None:
    dossier = fresh.dossier["id"]
    running.call("clerk", "intake", f"/dossiers/{dossier}/accept", "POST", json={})
    path = f"/documents/{fresh.document}"
    until(lambda: running.call(f"officer:an:{REGISTRAR}", "documents", path).is_success)

    steps = until(lambda: steps_of(running, REGISTRAR, dossier))
    assert running.call(f"officer:ha:{LATER}", "documents", path).status_code == 404
    step = f"/steps/{steps[0]['id']}"
    elsewhere = running.call(f"officer:ha:{LATER}", f"routing:{LATER}", step)
    nowhere = running.call(f"officer:ha:{LATER}", f"routing:{LATER}", f"/steps/{uuid.uuid4()}")
    assert elsewhere.status_code == nowhere.status_code == 404
    assert without_trace(elsewhere) == without_trace(nowhere)


def test_an_officer_is_not_let_to_another_agencys_desk(running: Running) -> None:
    for path in ("/steps", "/explanations"):
        let_in = running.call(f"officer:ha:{LATER}", f"routing:{LATER}", path)
        refused = running.call(f"officer:ha:{LATER}", f"routing:{REGISTRAR}", path)
        assert (let_in.status_code, refused.status_code) == (200, 403)


def test_an_agency_cannot_order_itself_a_step_and_so_read_a_dossier(
    running: Running, fresh: Travelled
) -> None:
    forged = Envelope(
        id=str(uuid.uuid4()),
        source=f"motcua:routing:{NEVER}",
        type="step.ordered",
        subject=fresh.dossier["id"],
        time=datetime.now(UTC),
        seq=1,
        agency=NEVER,
        data={"step": "forged", "action": "forged", "due": "2099-01-01T00:00:00.000Z"},
    )
    with pytest.raises(AccessRefused):
        publish(running, forged)
    officer = f"officer:ha:{NEVER}"
    path = f"/documents/{fresh.document}"
    assert running.call(officer, "documents", path).status_code == 404


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [
        ("vi", "Không tìm thấy", "Không tìm thấy"),
        ("en", "Not found", "no"),
    ],
)
def test_a_problem_speaks_the_language_that_was_asked_for(
    running: Running, language: str, title: str, detail: str
) -> None:
    for service, path in (("intake", "/dossiers/x"), ("documents", "/documents/x")):
        headers = {"Accept-Language": language}
        answer = running.call(f"citizen:{STRANGER}", service, path, headers=headers)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Content-Language"] == language
        assert answer.json()["title"] == title
        assert detail in answer.json()["detail"]


def test_no_answer_shows_what_is_inside(running: Running, fresh: Travelled) -> None:
    clerk, citizen = "clerk", f"citizen:{STRANGER}"
    odd: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
        (clerk, "intake", "/dossiers?after=yesterday", "GET", {}),
        (clerk, "intake", "/dossiers?limit=-1", "GET", {}),
        (clerk, "intake", "/dossiers/%00%ff", "GET", {}),
        (clerk, "intake", f"/dossiers/{'x' * 3000}", "GET", {}),
        (clerk, "intake", f"/dossiers/{fresh.dossier['id']}/return", "POST", {"json": {"a": 1}}),
        (citizen, "intake", "/dossiers", "POST", {"content": b"{"}),
        (citizen, "intake", "/dossiers", "POST", {"json": {"procedure": {"$gt": ""}}}),
        (citizen, "documents", "/documents", "POST", {"content": b"x", "headers": PDF}),
        (citizen, "feedback", "/ratings", "POST", {"json": [1, 2]}),
        ("", "intake", "/dossiers", "DELETE", {}),
        ("", "intake", "/nowhere", "GET", {}),
        ("", "catalogue", "/procedures?query=%ff", "GET", {}),
        ("", "routing:ubnd-xa", "/steps", "GET", {"headers": {"Authorization": "Bearer x.y.z"}}),
    )
    for who, service, path, method, rest in odd:
        answer = running.call(who, service, path, method, **rest)
        assert answer.status_code < 500, (path, answer.text)
        assert not INTERNALS.search(answer.text), (path, answer.text)
        assert "server" not in {name.lower() for name in answer.headers}


def test_a_journey_says_which_history_was_tampered_with_and_what_lies_dead(
    running: Running, travelled: Travelled
) -> None:
    dossiers = StoreInspector(running.platform).database("intake")["dossiers"]
    dossier, whole = travelled.dossier["_id"], travelled.dossier["history"][1]
    tampered = {"history.1.data.code": "000.00.00.H41-990101-0001"}
    dossiers.update_one({"_id": dossier}, {"$set": tampered})
    publish_dead(running)
    try:
        journey = running.motcua("journey", language="en")
        listed = running.motcua("dead", "--queue", "intake", language="en")
    finally:
        dossiers.update_one({"_id": dossier}, {"$set": {"history.1": whole}})
        running.platform.servers.broker.api("DELETE", "queues/%2F/intake.dead/contents")

    assert journey.returncode == 1
    assert f"intake/dossiers/{dossier}: entry 2: was changed after it was written" in journey.stdout
    assert "intake.dead: 1" in journey.stdout
    assert (journey.stdout.count("✓"), journey.stdout.count("✗")) == (PROOFS - 2, 2)
    assert "intake.dead: 1\n" in listed.stdout


PDF = {"Content-Type": "application/pdf", "X-Filename": "x.pdf"}


def without_trace(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert body.pop("trace_id")
    return body


def varying(headers: httpx.Headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "date"}


def steps_of(running: Running, agency: str, dossier: str) -> list[Mapping[str, Any]]:
    listed = running.call(f"officer:an:{agency}", f"routing:{agency}", "/steps?limit=200")
    return [each for each in listed.json()["steps"] if each["id"].startswith(dossier)]


def publish(running: Running, envelope: Envelope) -> None:
    """As the agency's own process would, with its own credentials."""
    url = running.platform.environment("routing", envelope.agency)["AMQP_URL"]
    with kombu.Connection(url, transport_options={"confirm_publish": True}) as connection:
        kombu.Producer(connection).publish(
            envelope.encode(),
            exchange="events",
            routing_key=f"{envelope.type}.{envelope.agency}",
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            user_id=f"routing.{envelope.agency}",
        )


def publish_dead(running: Running) -> None:
    """What intake would have buried."""
    url = running.platform.servers.broker.amqp_url(OPERATOR)
    with kombu.Connection(url, transport_options={"confirm_publish": True}) as connection:
        kombu.Producer(connection).publish(b"{}", exchange="retry", routing_key="intake.dead")
