"""Pages on which anybody books a time at the counter, moves it or gives it back; no sign-in needed.

/booking                 the days, the times that are free, and who comes
/booking/own             from a code that was typed in to its page
/booking/<code>          when, what for; moving and cancelling it
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from foundation.errors import Error, Refused
from foundation.persistence.document import new_message_id
from foundation.web import Request, Response
from foundation.web.page_forms import after_form, as_api, read_form
from foundation.web.page_routes import form, moved, page
from services.intake import pages, schemas
from services.intake.domain.visits import booking
from services.intake.domain.visits.booking import BookingState, CounterBooking, NewBooking
from services.intake.handlers import counter_forms
from services.intake.handlers.booking_desk import BookingContext
from services.intake.handlers.context import CITIZEN
from services.intake.pages import PAGES

BOOKING, ONE = "/booking", "/booking/<code>"
_NOTHING: Mapping[str, str] = {}


class BookingPages(BookingContext):
    """Booking a time at the counter."""

    @page(BOOKING, PAGES, scope=CITIZEN)
    def look_at_times(self, request: Request) -> Response:
        """The days, and on one of them (`?day=`) the times that are free."""
        return self._times_page(request)

    @page(f"{BOOKING}/own", PAGES, scope=CITIZEN)
    def look_for_booking(self, request: Request) -> Response:
        """From the code that was typed in to its page."""
        code = booking.spelled(request.asked(schemas.DayQuery())["code"])
        return moved(request, _address(code) if code else BOOKING)

    @page(ONE, PAGES, scope=CITIZEN)
    def look_at_booking(self, request: Request, code: str) -> Response:
        """When one comes, and what one may do about it; it names nobody."""
        return self._booking_page(request, code)

    @form(BOOKING, PAGES, scope=CITIZEN)
    def book_by_form(self, request: Request) -> Response:
        """Book a time: the form that is sent twice books once."""
        said = read_form(request)
        code = booking.code_of(said.get("key", "") or new_message_id(self.clock.real()))
        with self.booking_guard.against_guessing(request):
            return after_form(
                lambda: self._book_said(request, said, code),
                done=lambda: moved(request, _address(code)),
                wrong=lambda error: self._times_page(request, said=said, wrong=error),
            )

    @form(f"{ONE}/move", PAGES, scope=CITIZEN)
    def move_booking(self, request: Request, code: str) -> Response:
        """Take another time; the old one is given back once the new one is held."""
        said = read_form(request)
        return after_form(
            lambda: self._move_said(request, said, code),
            done=lambda: moved(request, _address(booking.spelled(code))),
            wrong=lambda error: self._booking_page(request, code, said=said, wrong=error),
        )

    @form(f"{ONE}/cancel", PAGES, scope=CITIZEN)
    def cancel_booking(self, request: Request, code: str) -> Response:
        """Give the time back."""
        said = read_form(request)
        return after_form(
            lambda: self._cancel_said(request, said, code),
            done=lambda: moved(request, _address(booking.spelled(code))),
            wrong=lambda error: self._booking_page(request, code, said=said, wrong=error),
        )

    def _book_said(self, request: Request, said: Mapping[str, str], code: str) -> None:
        names = ("slot", "category", "name", "phone")
        fields = as_api(request, {each: said.get(each, "") for each in names}, said).load(
            schemas.BookingFields
        )
        if self.hall.plan().category(fields["category"]) is None:
            raise Refused("Không có loại việc này.", "There is no such kind of business.")
        new = NewBooking(
            code=code,
            name=fields["name"],
            phone=fields["phone"],
            category=fields["category"],
            language=request.language,
            owner=request.who.subject,
        )
        self._book(fields["slot"], new)

    def _move_said(self, request: Request, said: Mapping[str, str], code: str) -> None:
        fields = self._phone_and(request, said, "slot")
        slot, found = self._booked(request, code)
        booking.must_be_theirs(found, fields["phone"], request.who.subject)
        if fields["slot"] == slot.id:
            return
        booking.must_be_to_come(slot, found, self.clock.real())
        new = NewBooking(
            code=found.code,
            name=found.name,
            phone=found.phone,
            category=found.category,
            language=found.language,
            owner=found.owner,
        )
        self._book(fields["slot"], new, moved=True)
        self._give_back(found.code, keep=fields["slot"], quietly=True)

    def _cancel_said(self, request: Request, said: Mapping[str, str], code: str) -> None:
        fields = self._phone_and(request, said)
        _, found = self._booked(request, code)
        booking.must_be_theirs(found, fields["phone"], request.who.subject)
        self._give_back(found.code)

    def _phone_and(
        self, request: Request, said: Mapping[str, str], *names: str
    ) -> Mapping[str, str]:
        body = {each: said.get(each, "") for each in ("phone", *names)}
        schema = schemas.MoveFields if names else schemas.PhoneFields
        fields: Mapping[str, str] = as_api(request, body, said).load(schema)
        return fields

    def _times_page(
        self, request: Request, *, said: Mapping[str, str] = _NOTHING, wrong: Error | None = None
    ) -> Response:
        return self._show_times(
            "booking.html",
            request,
            said=said,
            wrong=wrong,
            address=BOOKING,
            key=said.get("key", "") or new_message_id(self.clock.real()),
        )

    def _booking_page(
        self,
        request: Request,
        code: str,
        *,
        said: Mapping[str, str] = _NOTHING,
        wrong: Error | None = None,
    ) -> Response:
        slot, found = self._booked(request, code)
        return self._show_times(
            "booking_one.html",
            request,
            said=said,
            wrong=wrong,
            slot=slot,
            code=booking.shown(found.code),
            state=found.state.value,
            open=found.state is BookingState.HELD and slot.at > self.clock.real(),
            named=self.hall.plan().category(found.category),
            signed_in_for=_is_theirs(request, found),
            address=_address(found.code),
        )

    def _show_times(
        self,
        name: str,
        request: Request,
        *,
        said: Mapping[str, str],
        wrong: Error | None,
        **values: Any,
    ) -> Response:
        """A page on which a time is picked: the day that was asked for, or the first one."""
        days = self._offered_days()
        wanted = request.asked(schemas.DayQuery())["day"] or said.get("slot", "")[:10]
        day = next((each for each in days if each.isoformat() == wanted), None)
        times = tuple(self._offered_times(day)) if day else ()
        if not wanted:
            # Today may be full or nearly over: begin with a day on which something is free.
            day, times = self._first_free(days)
        return PAGES.show(
            name,
            request,
            at=self.clock.now(),
            status=wrong.status if wrong else 200,
            words=pages.spoken(request.language, self.settings.agencies),
            days=days,
            day=day,
            times=times,
            plan=self.hall.plan(),
            said=said,
            errors=counter_forms.errors_of(wrong, request.language, "", said),
            office=self.settings.office_name,
            place_of=self.settings.office_address,
            **values,
        )

    def _first_free(self, days: Any) -> Any:
        for day in days:
            times = tuple(self._offered_times(day))
            if any(each.free for each in times):
                return day, times
        return (days[0] if days else None), ()


def _address(code: str) -> str:
    return f"{BOOKING}/{quote(code, safe='')}"


def _is_theirs(request: Request, found: CounterBooking) -> bool:
    return bool(request.who.subject) and request.who.subject == found.owner
