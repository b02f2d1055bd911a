"""The explanation of a due date: its ledger in a citizen's words, Vietnamese or English."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.procedure import Unit
from foundation.worktime import DayKind, to_minute
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.clock.ledger import AFTER_15, HOURS, OUTAGE, LedgerEntry, LedgerKind
from services.intake.domain.clock.waits import WaitKind, open_waits

ONE_DAY = timedelta(days=1)
SATURDAY = 5
WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}

_WAITED_FOR: Mapping[str, Mapping[str, str]] = {
    "vi": {
        WaitKind.PAPERS: "Chờ giấy tờ của ông/bà",
        WaitKind.PAYMENT: "Chờ ông/bà thực hiện nghĩa vụ tài chính",
        WaitKind.STOPPED: "Hồ sơ tạm dừng giải quyết",
        WaitKind.UNCOUNTED: "Bước mà pháp luật không tính thời gian",
    },
    "en": {
        WaitKind.PAPERS: "Waiting for your papers",
        WaitKind.PAYMENT: "Waiting for your payment",
        WaitKind.STOPPED: "The dossier is at a stop",
        WaitKind.UNCOUNTED: "A step whose time the law does not count",
    },
}


@dataclass(frozen=True)
class ExplanationLine:
    """One line of the explanation; `until` is None for what is not over yet.

    `expected`: it rests on a holiday that is not decided yet; the text says so too.
    """

    kind: str
    since: datetime
    until: datetime | None
    text: str
    expected: bool = False


def explained(dossier: Dossier, language: str) -> tuple[ExplanationLine, ...]:
    """Why the dossier is due when it is, and what it waits for now."""
    lines = list(lines_of(dossier.ledger, language))
    for wait in open_waits(dossier.waits):
        since = moment(wait.since, language)
        what = _WAITED_FOR[language][wait.kind]
        still = _choose(
            language,
            f"{what} từ {since}; trong thời gian này không tính vào thời hạn.",
            f"{what} since {since}; this time does not count.",
        )
        lines.append(ExplanationLine(LedgerKind.PAUSED, wait.since, None, still))
    return tuple(lines)


def lines_of(ledger: Iterable[LedgerEntry], language: str) -> Iterator[ExplanationLine]:
    """A ledger line by line, all weekends in a row of the count in one line."""
    weekends: list[LedgerEntry] = []
    for entry in ledger:
        if entry.because == DayKind.WEEKEND and entry.kind is LedgerKind.SKIPPED:
            weekends.append(entry)
            continue
        if entry.kind in _BREAKS and weekends:
            yield _weekends(weekends, language)
            weekends = []
        text = said(entry, language)
        yield ExplanationLine(entry.kind, entry.since, entry.until, text, entry.expected)
    if weekends:
        yield _weekends(weekends, language)


def said(entry: LedgerEntry, language: str) -> str:
    """One entry as one sentence."""
    return _SAID[entry.kind](entry, language)


def moment(at: datetime, language: str) -> str:
    """A moment as people write it: `09:00 thứ Tư, 22/01/2020`."""
    local = to_minute(at)
    weekday = WEEKDAYS[language][local.weekday()]
    vi = f"{local:%H:%M} {weekday}, {local:%d/%m/%Y}"
    return _choose(language, vi, f"{weekday} {local.day} {local:%B %Y}, {local:%H:%M}")


def in_viet_nam(at: datetime) -> str:
    """A moment as tables have it, to the minute: `2020-01-22T09:00:00+07:00`."""
    return to_minute(at).isoformat()


def span(minutes: int, language: str) -> str:
    """A length of time in hours and minutes: `2 giờ 30 phút`."""
    hours, rest = divmod(minutes, 60)
    parts = [
        (hours, _choose(language, "giờ", "hour" if hours == 1 else "hours")),
        (rest, _choose(language, "phút", "minute" if rest == 1 else "minutes")),
    ]
    told = [f"{count} {word}" for count, word in parts if count]
    return " ".join(told) or f"0 {parts[1][1]}"


def _received(entry: LedgerEntry, language: str) -> str:
    at = moment(entry.since, language)
    if entry.who:
        by = f" ({entry.article})" if entry.article else ""
        return _choose(
            language,
            f"{entry.who} nhận được hồ sơ lúc {at}; thời hạn tính từ lúc này{by}.",
            f"{entry.who} has had the dossier since {at}; time counts from then{by}.",
        )
    return _choose(language, f"Nhận hồ sơ đầy đủ lúc {at}.", f"The full dossier came {at}.")


def _given(entry: LedgerEntry, language: str) -> str:
    at = moment(entry.since, language)
    return _choose(language, f"Ngày hẹn trả đã ghi: {at}.", f"The due date on record: {at}.")


def _allowed(entry: LedgerEntry, language: str) -> str:
    count, article = entry.amount, f" ({entry.article})" if entry.article else ""
    since = moment(entry.since, language)
    one = count == 1
    texts = {
        Unit.WORKING_DAYS: (
            f"{count} ngày làm việc, ngày đầu tiên là ngày làm việc sau",
            f"{count} working {'day' if one else 'days'}, the first being the one after",
        ),
        Unit.HALF_DAYS: (
            f"{count} nửa ngày làm việc, tính từ",
            f"{count} half working {'day' if one else 'days'} from",
        ),
        Unit.CALENDAR_DAYS: (
            f"{count} ngày theo lịch, ngày đầu tiên là ngày sau",
            f"{count} calendar {'day' if one else 'days'}, the first being the one after",
        ),
        Unit.HOURS: (
            f"{count} giờ làm việc, tính từ",
            f"{count} working {'hour' if one else 'hours'} from",
        ),
        Unit.SAME_DAY: ("trong ngày làm việc, tính từ", "until closing time, from"),
    }
    if entry.unit is Unit.NONE:
        return _choose(
            language, "Thủ tục này không có ngày hẹn trả.", "This procedure names no due date."
        )
    vi, en = texts[entry.unit]
    return _choose(
        language, f"Thời hạn: {vi} {since}{article}.", f"Time limit: {en} {since}{article}."
    )


def _stood_still(entry: LedgerEntry, language: str) -> str:
    since, until = moment(entry.since, language), moment(entry.until, language)
    lost = span(entry.minutes, language)
    return _choose(
        language,
        f"Không tính {lost}: hệ thống ngừng theo kế hoạch từ {since} đến {until}"
        f" ({entry.vi}){_by(entry)}.",
        f"Not counted, {lost}: planned outage from {since} to {until} ({entry.en}){_by(entry)}.",
    )


def _skipped(entry: LedgerEntry, language: str) -> str:
    if entry.because == OUTAGE:
        return _stood_still(entry, language)
    if entry.because == HOURS:
        length = span(entry.minutes, language)
        return _choose(
            language, f"Ngoài giờ làm việc: {length}.", f"Outside working hours: {length}."
        )
    if entry.because == AFTER_15:
        at = moment(entry.since, language)
        return _choose(
            language,
            f"Nhận sau 15 giờ ({at}): trả vào ngày làm việc tiếp theo.",
            f"It came after 15:00 ({at}): the result is due on the next working day.",
        )
    name = _choose(language, entry.vi, entry.en)
    first, last = _days(entry)
    lost = _lost(entry)
    days = _choose(language, f"nghỉ {lost} ngày", f"{lost} {'day' if lost == 1 else 'days'} off")
    return f"{name[:1].upper()}{name[1:]}, {days} ({_between(first, last, language)})."


def _worked(entry: LedgerEntry, language: str) -> str:
    first, last = _days(entry)
    name = _choose(language, entry.vi, entry.en)
    return _choose(
        language,
        f"Ngày làm việc được tính thêm: {name} ({_between(first, last, language)}).",
        f"Counted although usually off: {name} ({_between(first, last, language)}).",
    )


def _paused(entry: LedgerEntry, language: str) -> str:
    since, until = moment(entry.since, language), moment(entry.until, language)
    moved = span(entry.minutes, language)
    what = _WAITED_FOR[language][entry.because or WaitKind.PAPERS]
    return _choose(
        language,
        f"{what} từ {since} đến {until}: không tính {moved}{_by(entry)}.",
        f"{what} from {since} to {until}: {moved} not counted{_by(entry)}.",
    )


def _restarted(entry: LedgerEntry, language: str) -> str:
    since, until = moment(entry.since, language), moment(entry.until, language)
    return _choose(
        language,
        f"Chờ giấy tờ của ông/bà từ {since} đến {until}; từ đó thời hạn tính lại{_by(entry)}.",
        f"Waiting for your papers from {since} to {until}; time counts anew then{_by(entry)}.",
    )


def _reappointed(entry: LedgerEntry, language: str) -> str:
    was, now = moment(entry.since, language), moment(entry.until, language)
    return _choose(
        language,
        f"Cơ quan xin lỗi và hẹn lại: ngày hẹn trả chuyển từ {was} sang {now}{_by(entry)}.",
        f"The agency apologised: the due date moved from {was} to {now}{_by(entry)}.",
    )


def _recomputed(entry: LedgerEntry, language: str) -> str:
    was, now = moment(entry.since, language), moment(entry.until, language)
    return _choose(
        language,
        f"Lịch làm việc thay đổi ({entry.vi}): ngày hẹn trả chuyển từ {was} sang {now}.",
        f"The calendar changed ({entry.en}): the due date moved from {was} to {now}.",
    )


_SAID: Mapping[LedgerKind, Callable[[LedgerEntry, str], str]] = {
    LedgerKind.RECEIVED: _received,
    LedgerKind.GIVEN: _given,
    LedgerKind.ALLOWED: _allowed,
    LedgerKind.SKIPPED: _skipped,
    LedgerKind.WORKED: _worked,
    LedgerKind.PAUSED: _paused,
    LedgerKind.RESTARTED: _restarted,
    LedgerKind.REAPPOINTED: _reappointed,
    LedgerKind.RECOMPUTED: _recomputed,
}
_BREAKS = (LedgerKind.PAUSED, LedgerKind.RESTARTED, LedgerKind.REAPPOINTED, LedgerKind.RECOMPUTED)


def _weekends(entries: list[LedgerEntry], language: str) -> ExplanationLine:
    days = sum((last - first).days + 1 for first, last in map(_days, entries))
    first, last = _days(entries[0])[0], _days(entries[-1])[1]
    between = _between(first, last, language)
    text = _choose(
        language,
        f"Nghỉ cuối tuần, {days} ngày ({between}).",
        f"Weekends, {days} {'day' if days == 1 else 'days'} ({between}).",
    )
    return ExplanationLine(LedgerKind.SKIPPED, entries[0].since, entries[-1].until, text)


def _days(entry: LedgerEntry) -> tuple[date, date]:
    """The first and the last day of an entry."""
    first, end = to_minute(entry.since), to_minute(entry.until)
    return first.date(), (end - timedelta(minutes=1)).date()


def _lost(entry: LedgerEntry) -> int:
    """The days that would have been worked, as people count a holiday; all, if none would."""
    first, last = _days(entry)
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    return sum(day.weekday() < SATURDAY for day in days) or len(days)


def _between(first: date, last: date, language: str) -> str:
    if language == "en":
        end = f"{last.day} {last:%B %Y}"
        parts = (f"{first.day}", f" {first:%B}", f" {first:%Y}")
    else:
        end = f"{last:%d/%m/%Y}"
        parts = (f"{first:%d}", f"/{first:%m}", f"/{first:%Y}")
    if first == last:
        return end
    alike = (first.year == last.year) + ((first.year, first.month) == (last.year, last.month))
    return "".join(parts[: 3 - alike]) + f"–{end}"


def _by(entry: LedgerEntry) -> str:
    named = ", ".join(part for part in (entry.who, entry.article) if part)
    return f" ({named})" if named else ""


def _choose(language: str, vi: str, en: str) -> str:
    return en if language == "en" else vi
