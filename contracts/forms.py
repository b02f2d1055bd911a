"""What stands on the forms of the counter (TT 01/2018/TT-VPCP; TT 03/2025/TT-VPCP since then).

Whoever decides on a dossier says what a form holds; whoever prints it adds nothing of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from contracts.declarations import Declaration
from contracts.orders import Contact
from contracts.procedure import Collected, TimeLimit


class Edition(StrEnum):
    """Which circular a form is of: its number and its name are that circular's."""

    OF_2018 = "2018"
    OF_2025 = "2025"


class FormKind(StrEnum):
    """The forms of a single dossier; the register, the last of each edition, is of a whole year.

    RECEIPT: giấy tiếp nhận hồ sơ và hẹn trả kết quả. SUPPLEMENT: phiếu yêu cầu bổ sung, hoàn thiện.
    REFUSAL: phiếu từ chối tiếp nhận. APOLOGY: phiếu xin lỗi và hẹn lại ngày trả kết quả.
    STOP: thông báo dừng giải quyết (2025 only). CONTROL: phiếu kiểm soát quá trình giải quyết.
    DECLARATION: no form of a circular, but the electronic form of a paper as it was filled in.
    """

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    CONTROL = "control"
    DECLARATION = "declaration"


FORM_NAMES: Mapping[FormKind, tuple[str, str]] = MappingProxyType(
    {
        FormKind.RECEIPT: (
            "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "Receipt with the date of the result",
        ),
        FormKind.SUPPLEMENT: ("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "Request for papers"),
        FormKind.REFUSAL: ("Phiếu từ chối tiếp nhận", "Notice of refusal"),
        FormKind.APOLOGY: ("Phiếu xin lỗi và hẹn lại ngày trả kết quả", "Apology with a new date"),
        FormKind.STOP: ("Thông báo dừng giải quyết", "Notice that it is at a stop"),
        FormKind.CONTROL: ("Phiếu kiểm soát quá trình giải quyết", "Control sheet of the dossier"),
        FormKind.DECLARATION: ("Tờ khai điện tử", "Electronic form that was filled in"),
    }
)
"""What people call each form: Vietnamese, English."""


class FormLanguage(StrEnum):
    """Vietnamese is what counts; English may stand below it."""

    VI = "vi"
    VI_EN = "vi+en"


@dataclass(frozen=True, kw_only=True)
class IssuingOffice:
    """Who issues a form: unit code by QCVN 102:2016, name, address and telephone, and the clerk."""

    unit: str
    name: str
    address: str = ""
    phone: str = ""
    clerk: str = ""


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person on a form; what is not known is "" and its line stays empty."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    identity: str = ""


@dataclass(frozen=True, kw_only=True)
class FiledPaper:
    """One line of the table of papers: how many of which make; `certified` is filled in by hand."""

    name: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    electronic: int = 0


@dataclass(frozen=True, kw_only=True)
class FormFee:
    """A fee in VND, when it is to be paid, and whether it was."""

    name: str
    amount: int
    collected: Collected
    paid: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiptForm:
    """What only form 01 says; `due` is None for procedures that name no date.

    `channel` is how the result goes back: counter, online, post. `due_expected`: the date rests on
    days off that are not decided yet.
    """

    papers: tuple[FiledPaper, ...]
    time: TimeLimit
    received: datetime
    due: datetime | None
    channel: str
    fees: tuple[FormFee, ...] = ()
    sets: int = 1
    more_papers: int = 0
    due_expected: bool = False


@dataclass(frozen=True, kw_only=True)
class SupplementForm:
    """What only form 02 says: its number, the papers to supply and why, and who asks."""

    serial: str
    papers: tuple[str, ...]
    reason: str
    asked_by: str


@dataclass(frozen=True, kw_only=True)
class RefusalForm:
    """What only form 03 says."""

    reason: str
    article: str = ""


@dataclass(frozen=True, kw_only=True)
class ApologyForm:
    """What only form 04 says: the agency that is late and why, the old date and the new one.

    `due_expected`: the new date rests on days off that are not decided yet.
    """

    by: str
    reason: str
    received: datetime
    was: datetime
    due: datetime
    due_expected: bool = False


@dataclass(frozen=True, kw_only=True)
class StopForm:
    """What only form 05 of 2025 says: since when the dossier rests, why and by which article."""

    reason: str
    article: str
    since: datetime
    received: datetime
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """One passing on of the dossier: from whom to whom, when each side says, kept in time or not.

    `timing` is early, on_time or late of the giver's own `due`; "" where the giver had none.
    """

    giver: str
    receiver: str
    given: datetime
    received: datetime | None = None
    due: datetime | None = None
    timing: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ControlForm:
    """What only the control slip says: every hand-over, and how the whole kept its time."""

    received: datetime
    due: datetime | None
    hand_overs: tuple[HandOver, ...]
    timing: str = ""
    more_hand_overs: int = 0


@dataclass(frozen=True, kw_only=True)
class FormFilled(Contact):
    """Print this form and keep it as `document` of the dossier, which is the subject.

    One part is filled in: that of its kind. `number` is the form's own in its edition, `01`;
    `tracking` is the address at which the dossier can be followed, `matter` the procedure's name.
    `replaces` is the document that this one stands in the place of, issued at `replaced`.
    A declaration has no `number`: it is of no circular.
    """

    TYPE = "contact.form"
    kind: FormKind
    number: str
    edition: Edition
    language: FormLanguage
    document: str
    issued: datetime
    office: IssuingOffice
    tracking: str
    code: str
    procedure: str
    matter: str
    case: str
    submitter: Party
    holder: Party
    receipt: ReceiptForm | None = None
    supplement: SupplementForm | None = None
    refusal: RefusalForm | None = None
    apology: ApologyForm | None = None
    stop: StopForm | None = None
    control: ControlForm | None = None
    declaration: Declaration | None = None
    replaces: str = ""
    replaced: datetime | None = None
