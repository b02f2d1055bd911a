"""Dossiers at every point that a person may find theirs at, numbered from 1 by their codes."""

from dataclasses import replace

from contracts.events import StepRefused
from contracts.procedure import Collected, Silence, Supplement, TimeLimit, Unit
from services.intake.domain.case import fees, pause
from services.intake.domain.case.dossier import Attachment, Channel, Charge, Dossier, with_step
from services.intake.domain.counter import ending
from services.intake.domain.route import branches, stages
from tests.builders import (
    CALENDAR,
    accepted,
    act_of,
    asked,
    at,
    completed,
    consulting,
    procedure,
    resolved,
    step,
    supplied,
)

NOW = at("2020-10-02 10:00")
SCRIPT = "<script>alert('x')</script>"
STRANGER = "công dân 2"


def waiting() -> Dossier:
    """An agency wants papers, and gives its reason; another was answered before, so it moved."""
    days = replace(procedure().time, ask_within=8)
    dossier, _ = asked(
        consulting(procedure(time=days)), "1.0", at("2020-09-18 10:00"), "Bản vẽ mặt bằng"
    )
    given = (Attachment(paper="Bản vẽ mặt bằng", document="d-9"),)
    dossier, _ = supplied(dossier, given, at("2020-09-24 15:20"), CALENDAR)
    return asked(
        dossier, "1.1", at("2020-09-29 08:15"), "Giấy ủy quyền có chứng thực", "Trích lục bản đồ"
    )[0]


def hostile() -> Dossier:
    """Every text that somebody may choose holds a script."""
    dossier = replace(accepted(), procedure_name=SCRIPT)
    steps = tuple(replace(each, action=SCRIPT, agency=SCRIPT) for each in dossier.steps)
    dossier = replace(dossier, steps=steps)
    dossier, _ = asked(dossier, "0.0", at("2020-09-16 10:00"), SCRIPT)
    waits = tuple(replace(each, reason=SCRIPT, who=SCRIPT) for each in dossier.waits)
    return replace(dossier, waits=waits, charges=(charge(name=SCRIPT),))


def overdue() -> Dossier:
    """It was due a week after its receipt."""
    short = TimeLimit(unit=Unit.WORKING_DAYS, amount=7, supplement=Supplement.PAUSE)
    return accepted(procedure(time=short))


def charge(**changes: object) -> Charge:
    """A fee that is to be paid before the result is given."""
    due = Charge(
        id="f-1",
        name="Lệ phí cấp giấy phép",
        amount=150_000,
        collected=Collected.AFTER,
        requested=at("2020-09-15 09:30"),
    )
    return replace(due, **changes)  # type: ignore[arg-type]


def refused() -> Dossier:
    """An agency has refused by law."""
    dossier = consulting()
    refusing, moment = step(dossier, "1.1"), at("2020-09-22 10:00")
    event = StepRefused(agency=refusing.agency, step=refusing.id, article="Đ33.1")
    return stages.refuse_step(dossier, event, act_of(refusing, moment), moment, CALENDAR)[0]


def stopped() -> Dossier:
    """A flood has closed everything."""
    return pause.stop(consulting(), "NĐ 99/2022 Đ16", "lũ lụt", at("2020-09-22 10:00"))[0]


def owing() -> Dossier:
    """Another law makes its person pay before it goes on."""
    tax = fees.Obligation(name="Tiền sử dụng đất", amount=12_000_000, article="Luật Đất đai Đ107")
    return fees.oblige(consulting(), tax, at("2020-09-22 10:00"))[0]


def silent() -> Dossier:
    """One agency answered, another's silence is its consent, and the way went on."""
    done = completed(consulting(), "1.0", at("2020-09-22 10:00"))[0]
    mute = replace(step(done, "1.1"), on_silence=Silence.CONSENT)
    return branches.assume_consent(with_step(done, mute), NOW, CALENDAR)[0]


def _all() -> tuple[Dossier, ...]:
    done, counter = resolved(), ending.ResultHandover(channel=Channel.COUNTER)
    with_fees = completed(consulting(), "1.0", at("2020-09-22 10:00"))[0]
    paid = charge(id="f-2", name="Phí thẩm định", paid=at("2020-09-15 09:40"), receipt="0001234")
    return (
        replace(with_fees, charges=(charge(), paid)),
        waiting(),
        overdue(),
        done,
        ending.hand_over(done, counter, at("2020-10-01 08:00"))[0],
        ending.withdraw(consulting(), at("2020-09-21 10:00"), CALENDAR)[0],
        refused(),
        hostile(),
        stopped(),
        owing(),
        silent(),
        replace(consulting(), owner=STRANGER),
    )


def code(number: int) -> str:
    """The code of the dossier with this number."""
    return f"000.00.00.H41-200915-{number:04}"


def dossiers() -> tuple[Dossier, ...]:
    """All of them."""
    return tuple(
        replace(each, id=f"dossier-{number}", code=code(number))
        for number, each in enumerate(_all(), 1)
    )


UNDER_WAY, WAITING, OVERDUE, RESOLVED, RETURNED, WITHDRAWN, REFUSED = range(1, 8)
HOSTILE, STOPPED, OWING, SILENT, FOREIGN = range(8, 13)
