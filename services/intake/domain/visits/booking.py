"""Times that people book at the counter: a slot takes no more than its capacity, whoever asks.

All bookings of a slot are one entity, so its version lets no two of them take the last place. A
booking is known by its code and, for whoever did not sign in, by the telephone number beside it.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from contracts.history import Revision
from contracts.message import CENTRE, Message
from contracts.orders import VisitWord
from foundation.errors import NO_SUCH_THING, NotFound, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar, local_day
from services.intake.domain.visits.plan import VisitPlan, days_of, slot_id, times_of

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody takes for one another."""
CODE_LENGTH = 10
MISSED_AFTER = timedelta(hours=2)


class BookingState(StrEnum):
    """What became of a booking; `missed` is that nobody came."""

    HELD = "held"
    CANCELLED = "cancelled"
    CAME = "came"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class NewBooking:
    """Who would like to come, what for, and how they are reached; `owner` signed in."""

    code: str
    name: str
    phone: str
    category: str
    language: str = "vi"
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class CounterBooking:
    """One booking; `reminded` is when its person was told of it again."""

    code: str
    name: str
    phone: str
    category: str
    booked: datetime
    language: str = "vi"
    owner: str = ""
    state: BookingState = BookingState.HELD
    reminded: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class VisitSlot:
    """A slot with its bookings; `codes` and `phones` are what it is found by.

    `due` is when a timer looks at it next: to remind, then to note who did not come.
    """

    id: str
    day: str
    at: datetime
    bookings: tuple[CounterBooking, ...] = ()
    codes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    due: datetime | None = None
    revision: Revision = Revision()

    @property
    def held(self) -> tuple[CounterBooking, ...]:
        """The bookings that take a place."""
        return tuple(each for each in self.bookings if each.state is not BookingState.CANCELLED)


SlotDecided = tuple[VisitSlot, tuple[Message, ...]]


def code_of(key: str) -> str:
    """The code of a booking that a form with this key makes: sent twice, the form makes one."""
    number, letters = int.from_bytes(hashlib.sha256(f"booking {key}".encode()).digest()), ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def spelled(code: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(each for each in code.upper() if each.isalnum())


def shown(code: str) -> str:
    """A code as people read it: `ABCDE-23456`."""
    return f"{code[:5]}-{code[5:]}"


def blank(text: str, calendar: Calendar, plan: VisitPlan, now: datetime) -> VisitSlot:
    """The slot of this name without bookings.

    Raises:
        Refused: no slot begins then, or none that may be booked now.
    """
    offered = (
        begins
        for day in days_of(now, calendar, plan)
        if text.startswith(day.isoformat())
        for begins in times_of(day, calendar, plan)
    )
    begins = next((each for each in offered if slot_id(each) == text), None)
    if begins is None:
        raise Refused(
            "Không có lượt hẹn vào giờ này; xin chọn giờ khác.",
            "No time may be booked then; please choose another.",
        )
    if begins <= now:
        raise Refused("Giờ này đã qua; xin chọn giờ khác.", "That time is over; choose another.")
    return VisitSlot(
        id=slot_id(begins), day=local_day(begins).isoformat(), at=begins.astimezone(UTC)
    )


def free(slot: VisitSlot | None, plan: VisitPlan) -> int:
    """How many places are left."""
    return max(0, plan.capacity - len(slot.held)) if slot else plan.capacity


def book(
    slot: VisitSlot, new: NewBooking, plan: VisitPlan, now: datetime, *, moved: bool = False
) -> SlotDecided:
    """Take a place, and tell the person; the same code again has it already.

    Raises:
        Refused: every place is taken.
    """
    if any(each.code == new.code and each.state is BookingState.HELD for each in slot.bookings):
        return slot, ()
    if not free(slot, plan):
        raise Refused(
            "Giờ này vừa hết chỗ; xin chọn giờ khác.",
            "The last place at that time was just taken; please choose another.",
        )
    booking = CounterBooking(
        code=new.code,
        name=new.name,
        phone=new.phone,
        category=new.category,
        booked=now,
        language=new.language,
        owner=new.owner,
    )
    others = tuple(each for each in slot.bookings if each.code != new.code)
    taken = _with(slot, (*others, booking), plan)
    return taken, (_word(slot, booking, "moved" if moved else "booked"),)


def cancel(
    slot: VisitSlot, code: str, plan: VisitPlan, now: datetime, *, quietly: bool = False
) -> SlotDecided:
    """Give the place back; `quietly` where the person moved to another time.

    Raises:
        NotFound: there is no such booking.
        Refused: its time has begun.
    """
    found = booking_of(slot, code)
    if found.state is BookingState.CANCELLED:
        return slot, ()
    must_be_to_come(slot, found, now)
    after = _changed(slot, replace(found, state=BookingState.CANCELLED), plan)
    return after, () if quietly else (_word(slot, found, "cancelled"),)


def note(
    slot: VisitSlot, code: str, state: BookingState, plan: VisitPlan, now: datetime
) -> SlotDecided:
    """Note at the counter that somebody came, or did not; what was noted may be noted otherwise.

    Raises:
        NotFound: there is no such booking.
        Refused: it was cancelled, or is of another day.
    """
    found = booking_of(slot, code)
    if found.state is BookingState.CANCELLED or local_day(slot.at) != local_day(now):
        raise Refused(
            "Lượt hẹn này đã hủy hoặc không phải của hôm nay.",
            "This booking was cancelled, or is not of today.",
        )
    return _changed(slot, replace(found, state=state), plan), ()


def look_after(slot: VisitSlot, plan: VisitPlan, now: datetime) -> SlotDecided:
    """What is due by now: remind who comes soon, once; note who did not come."""
    told: list[VisitWord] = []

    def each(booking: CounterBooking) -> CounterBooking:
        if booking.state is not BookingState.HELD:
            return booking
        if now >= slot.at + MISSED_AFTER:
            return replace(booking, state=BookingState.MISSED)
        if booking.reminded is None and _remind_at(slot, booking, plan) <= now < slot.at:
            told.append(_word(slot, booking, "reminder"))
            return replace(booking, reminded=now)
        return booking

    after = _with(slot, tuple(map(each, slot.bookings)), plan, after=now)
    return after, tuple(told)


def booking_of(slot: VisitSlot, code: str) -> CounterBooking:
    """The booking of this code.

    Raises:
        NotFound: there is none.
    """
    found = next((each for each in slot.bookings if each.code == code), None)
    if found is None:
        raise NotFound(*NO_SUCH_THING)
    return found


def must_be_theirs(booking: CounterBooking, phone: str, owner: str) -> None:
    """Hold a change to whoever signed in for the booking, or knows its telephone number.

    Raises:
        Refused: it is neither.
    """
    signed_in = bool(owner) and owner == booking.owner
    if not signed_in and phone != booking.phone:
        raise Refused(
            "Số điện thoại không khớp với lượt hẹn này.",
            "That is not the telephone number of this booking.",
            fields={"phone": [("không khớp", "another number")]},
        )


def must_be_to_come(slot: VisitSlot, booking: CounterBooking, now: datetime) -> None:
    """Hold a move to a booking that stands, before its time.

    Raises:
        Refused: it was cancelled, or its time has begun.
    """
    if slot.at <= now or booking.state is not BookingState.HELD:
        raise Refused("Giờ hẹn đã bắt đầu hoặc đã hủy.", "The time has begun, or was cancelled.")


def must_be_few(held: int, plan: VisitPlan) -> None:
    """Hold a telephone number to a few bookings at once.

    Raises:
        Refused: it has as many as it may.
    """
    if held >= plan.held_by_phone:
        raise Refused(
            f"Số điện thoại này đã giữ {held} lượt hẹn; xin hủy bớt rồi đặt lại.",
            f"This telephone number holds {held} bookings already; cancel one first.",
        )


def current(slots: tuple[VisitSlot, ...], code: str) -> VisitSlot | None:
    """Where a code is booked: of several (a move that was cut off) where it was booked last."""
    held = [
        each
        for each in slots
        if any(b.code == code and b.state is not BookingState.CANCELLED for b in each.bookings)
    ]
    found = held or list(slots)
    return max(found, key=lambda each: booking_of(each, code).booked, default=None)


def _remind_at(slot: VisitSlot, booking: CounterBooking, plan: VisitPlan) -> datetime:
    """Some hours before; who booked later than that was told then, and is not told again."""
    at = slot.at - timedelta(hours=plan.remind_hours)
    return at if booking.booked < at else slot.at


def _with(
    slot: VisitSlot,
    bookings: tuple[CounterBooking, ...],
    plan: VisitPlan,
    after: datetime | None = None,
) -> VisitSlot:
    held = [each for each in bookings if each.state is BookingState.HELD]
    nexts = [_remind_at(slot, each, plan) for each in held if each.reminded is None]
    ends = slot.at + MISSED_AFTER
    coming = [each for each in nexts if after is None or each > after]
    return replace(
        slot,
        bookings=bookings,
        codes=tuple(each.code for each in bookings),
        phones=tuple(each.phone for each in held),
        due=min((*coming, ends)) if held else None,
    )


def _changed(slot: VisitSlot, booking: CounterBooking, plan: VisitPlan) -> VisitSlot:
    bookings = tuple(booking if each.code == booking.code else each for each in slot.bookings)
    return _with(slot, bookings, plan)


def _word(slot: VisitSlot, booking: CounterBooking, what: str) -> VisitWord:
    return VisitWord(
        agency=CENTRE,
        name=booking.name,
        phone=booking.phone,
        language=booking.language,
        what=what,
        at=slot.at,
        code=shown(booking.code),
    )
