"""Pages for following a dossier by its code: little for everybody, all for its own person.

The page of a dossier answers JSON too, to whoever asks for no page.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from foundation.errors import Invalid
from foundation.web import Request, Response
from foundation.web.page_forms import read_form
from foundation.web.page_routes import form, moved, page, sign_in, sign_out, wants_page
from foundation.web.rate_limit import LookupRateLimiter
from services.intake import pages, schemas
from services.intake.domain.calendar.outage_notice import notices
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.explanation import account
from services.intake.handlers.context import IntakeContext, is_clerk
from services.intake.handlers.lookup_api import READER
from services.intake.pages import PAGES, Spoken


class TrackingPages(IntakeContext):
    """Pages for everybody who has a dossier's code."""

    guard = LookupRateLimiter()

    @page("/", PAGES)
    def start(self, request: Request) -> Response:
        """Where a code is typed in; outages that are planned stand above it."""
        now = self.clock.now()
        words = pages.spoken(request.language, self.settings.agencies)
        return PAGES.show("start.html", request, at=now, outages=self._notices(words, now))

    @page("/tracking", PAGES)
    def look_up(self, request: Request) -> Response:
        """From the code that was typed in to the page of its dossier."""
        code = pages.typed_code(request.query.get("code", ""))
        if not 0 < len(code) <= pages.LONGEST_CODE:
            raise Invalid(
                "Xin nhập mã hồ sơ ghi trên giấy tiếp nhận, ví dụ 000.00.00.H41-200915-0001.",
                "Enter the code on your receipt, for example 000.00.00.H41-200915-0001.",
                fields={"code": ("bắt buộc / required",)},
            )
        return moved(request, _path_of(code))

    @page("/tracking/<code>", PAGES, scope=READER, gives=schemas.TrackedAnswer)
    def track(self, request: Request, code: str) -> dict[str, Any] | Response:
        """How far the dossier is, for everybody; where it is and why, for its own person."""
        with self.guard.against_guessing(request):
            found = self._behind(code, request)
        centre = pages.ContactPoint(
            name=self.settings.office_name, phone=self.settings.office_phone
        )
        words = pages.spoken(request.language, self.settings.agencies, centre)
        now, calendar = self._when()
        if not wants_page(request.headers):
            if not request.who.subject:
                return schemas.tracked(found)
            counted = account.account(found, now, calendar)
            return schemas.followed(
                pages.named(found, words),
                counted,
                request.language,
                status=pages.status(found, words),
                to_pay=pages.to_pay(found),
                ask=pages.whom_to_ask(found, words),
            )
        shown = (
            pages.own(found, words, now, calendar) if request.who.subject else pages.public(found)
        )
        shown |= {"outages": self._notices(words, now)}
        return PAGES.show("tracking.html", request, at=found.received or found.submitted, **shown)

    @form("/tracking/<code>/sign-in", PAGES)
    def sign_in(self, request: Request, code: str) -> Response:
        """Keep the token for the page; whether it is believed is seen there."""
        return sign_in(request, read_form(request).get("token", ""), _path_of(code))

    @form("/tracking/<code>/sign-out", PAGES)
    def sign_out(self, request: Request, code: str) -> Response:
        """Forget the token."""
        return sign_out(request, _path_of(code))

    def _notices(self, words: Spoken, now: datetime) -> tuple[str, ...]:
        return notices(self.calendars.now(), words, now)

    def _behind(self, code: str, request: Request) -> Dossier:
        """The dossier with this code; of somebody else's those who signed in find no trace."""
        code = pages.typed_code(code)
        if not request.who.subject or is_clerk(request):
            return self.dossiers.by_code(code)
        return self.dossiers.by_code(code, owner=request.who.subject)


def _path_of(code: str) -> str:
    return f"/tracking/{quote(code, safe='')}"
