"""The forms of a dossier's page: their names, and their fields as the API's bodies have them.

A field is named ACT-FIELD; what there is one of for each paper ends in its number.
"""

from collections.abc import Callable, Mapping
from typing import Any

from foundation.errors import Error
from foundation.web.page_words import Words
from foundation.web.translations import Language, field_words
from services.intake.domain.counter.possible_acts import CounterAct

TITLES: Mapping[str, Words] = {
    CounterAct.ACCEPT: ("Tiếp nhận", "Take it in"),
    CounterAct.GUIDE: ("Yêu cầu bổ sung giấy tờ", "Ask for papers"),
    CounterAct.FROM_DATA: ("Lấy dữ liệu thay giấy tờ", "Take data in place of a paper"),
    CounterAct.SUPPLEMENT: ("Nhận giấy tờ bổ sung", "Take the papers that were asked for"),
    CounterAct.PAY: ("Thu phí, lệ phí", "Collect a fee"),
    CounterAct.OBLIGE: ("Thông báo nghĩa vụ tài chính", "Tell of a financial obligation"),
    CounterAct.REFUND: ("Hoàn phí, lệ phí", "Pay a fee back"),
    CounterAct.SEND: ("Gửi lại bước chưa đến cơ quan", "Send a step that reached nobody again"),
    CounterAct.APOLOGISE: ("Xin lỗi và hẹn lại", "Apologise with a new date"),
    CounterAct.STOP: ("Dừng giải quyết", "Bring it to a stop"),
    CounterAct.RESUME: ("Tiếp tục giải quyết", "Let it go on"),
    CounterAct.URGE: ("Đôn đốc cơ quan", "Urge the agencies"),
    CounterAct.WAY: ("Cách nhận kết quả", "How the result is to come"),
    CounterAct.DECIDE: ("Giải quyết tại quầy", "Decide at the counter"),
    CounterAct.RETURN: ("Trả kết quả", "Hand the result over"),
    CounterAct.ORIGINALS: ("Trả lại bản chính", "Give the originals back"),
    CounterAct.CORRECT: ("Đính chính thông tin người nộp", "Correct the applicant's data"),
    CounterAct.REFUSE: ("Từ chối tiếp nhận", "Refuse to take it in"),
    CounterAct.WITHDRAW: ("Rút hồ sơ", "Take it back for the applicant"),
    CounterAct.FORMS: ("In mẫu", "Print a form"),
}
_DONE: Mapping[str, Words] = {
    "new": ("Đã nộp hồ sơ; kiểm tra rồi tiếp nhận", "It is handed in; check it and take it in"),
    "fill": ("Đã lưu tờ khai điện tử", "The electronic form is filled in"),
    CounterAct.ACCEPT: ("Đã tiếp nhận hồ sơ", "The dossier is taken in"),
    CounterAct.GUIDE: ("Đã gửi yêu cầu bổ sung", "The request for papers was sent"),
    CounterAct.FROM_DATA: ("Đã ghi kết quả tra cứu dữ liệu", "What the data say is noted"),
    CounterAct.SUPPLEMENT: ("Đã nhận giấy tờ bổ sung", "The papers are taken"),
    CounterAct.PAY: ("Đã thu", "It is paid"),
    CounterAct.OBLIGE: ("Đã thông báo nghĩa vụ tài chính", "The applicant is told what is to pay"),
    CounterAct.REFUND: ("Đã hoàn tiền", "It is paid back"),
    CounterAct.SEND: ("Đã gửi lại", "It was sent again"),
    CounterAct.APOLOGISE: ("Đã xin lỗi và hẹn lại", "The apology with the new date was sent"),
    CounterAct.STOP: ("Đã dừng giải quyết", "It is at a stop"),
    CounterAct.RESUME: ("Hồ sơ tiếp tục được giải quyết", "It goes on"),
    CounterAct.URGE: ("Đã đôn đốc", "The agencies are urged"),
    CounterAct.WAY: ("Đã ghi cách nhận kết quả", "How the result is to come is noted"),
    CounterAct.DECIDE: ("Đã giải quyết tại quầy", "It is decided"),
    CounterAct.RETURN: ("Đã trả kết quả", "The result is handed over"),
    CounterAct.ORIGINALS: ("Đã trả lại bản chính", "The originals went back"),
    CounterAct.CORRECT: ("Đã đính chính", "It is corrected"),
    CounterAct.REFUSE: ("Đã từ chối tiếp nhận", "It was not taken in"),
    CounterAct.WITHDRAW: ("Đã rút hồ sơ", "The dossier was taken back"),
    CounterAct.FORMS: (
        "Đã lập mẫu; tệp in sẵn sàng sau vài giây",
        "The form is made; its file is there in some seconds",
    ),
}
_MAY_GO = ("email", "address", "identity")
_PROXY = "proxy-"
_OF_BODY = {
    "applicant.name": "name",
    "applicant.phone": "phone",
    "applicant.email": "email",
    "applicant.address": "address",
    "applicant.identity": "identity",
    "applicant.language": "language",
    "proxy.name": "proxy-name",
    "proxy.phone": "proxy-phone",
    "proxy.identity": "proxy-identity",
    "proxy.authority": "proxy-authority",
    "result_by": "by",
    "agency": "agency",
    "amount": "amount",
    "due": "due",
    "words": "words",
    "step": "step",
    "answer_by": "answer_by",
}
_SHOWN = frozenset(
    ("papers", "reason", "article", "document", "outcome", "channel", "to", "method", "receipt")
) | {"paper", "database", "reference", "because", "procedure", "case", *_OF_BODY.values()}

# More digits than any sum of money has: such a text is shown again as it was typed.
_LONG = 16

Fields = Mapping[str, str]
Body = dict[str, Any]


def done_words(name: str) -> Words | str:
    """What an act did; "" for what is none."""
    return _DONE.get(name, "")


def body_of(name: str, said: Fields) -> Body:
    """The fields of a form as the API's body has them."""
    prefix = f"{name}-"
    fields = {
        field.removeprefix(prefix): value
        for field, value in said.items()
        if field.startswith(prefix)
    }
    return _BODIES[name](fields) if name in _BODIES else fields


def errors_of(error: Error | None, language: Language, name: str, said: Fields) -> Fields:
    """What is wrong with each field of a form, and under "" with the whole.

    What the law says of the whole is not only the matter of one field, so it stands on top too.
    """
    if error is None:
        return {}
    found, beside = dict[str, str](), True
    for place, texts in error.fields.items():
        field = _field_of(place, name, said)
        beside = beside and bool(field)
        if field and texts:
            found[f"{name}-{field}" if name else field] = field_words(texts[0], language)
    whole = {} if found and beside and not error.article else {"": _said(error, language)}
    return whole | found


def papers_of(fields: Fields) -> list[Body]:
    """Each paper whose document was given; all of them if none was, for what is wrong to show."""
    listed = [
        {"paper": fields[f"paper-{number}"], "id": fields.get(f"document-{number}", "")}
        for number in numbers_of(fields)
    ]
    return [each for each in listed if each["id"]] or listed


def numbers_of(fields: Fields) -> list[str]:
    """The numbers of the papers that a form has."""
    return [each.removeprefix("paper-") for each in fields if each.startswith("paper-")]


def applicant_of(fields: Fields) -> Body:
    """The applicant's fields; what is empty and may be taken away is null."""
    names = ("name", "phone", "email", "address", "identity")
    return {each: fields.get(each, "") or (None if each in _MAY_GO else "") for each in names}


def proxy_of(fields: Fields) -> Body:
    """The fields of who hands in for the applicant, without those that are empty."""
    return {
        field.removeprefix(_PROXY): value
        for field, value in fields.items()
        if field.startswith(_PROXY) and value
    }


def submission_of(fields: Fields) -> Body:
    """The form of a dossier that is handed in at the counter, as the API takes it."""
    person = ("name", "phone", "email", "address", "identity", "language")
    body: Body = {each: fields.get(each, "") for each in ("procedure", "channel", "case")}
    body["applicant"] = {each: fields[each] for each in person if fields.get(each)}
    body["documents"] = [each for each in papers_of(fields) if each["id"]]
    return body | ({"proxy": proxy_of(fields)} if proxy_of(fields) else {})


def _field_of(place: str, name: str, said: Fields) -> str:
    """The field of the form that a place of the body came from; "" if it is none of them."""
    head, _, rest = place.partition(".")
    if head == "documents" and rest:
        return _document_field(rest.partition(".")[0], name, said)
    field = _OF_BODY.get(place, head)
    return field if field in _SHOWN else ""


def _document_field(index: str, name: str, said: Fields) -> str:
    prefix = f"{name}-" if name else ""
    fields = {field.removeprefix(prefix): value for field, value in said.items()}
    given = [each for each in numbers_of(fields) if fields.get(f"document-{each}")]
    kept = given or numbers_of(fields)
    here = index.isdigit() and int(index) < len(kept)
    return f"document-{kept[int(index)]}" if here else ""


def _said(error: Error, language: Language) -> str:
    return error.en if language == "en" else error.vi


def _accept(fields: Fields) -> Body:
    return {
        "originals": [value for field, value in fields.items() if field.startswith("original-")],
        "signatures_checked": [
            value for field, value in fields.items() if field.startswith("checked-")
        ],
        "form": "form" in fields,
        "out_of_area": "elsewhere" in fields,
    }


def _guide(fields: Fields) -> Body:
    lines = [line.strip() for line in fields.get("papers", "").splitlines()]
    return {"papers": [each for each in lines if each], "reason": fields.get("reason", "")}


def _correct(fields: Fields) -> Body:
    body: Body = {"applicant": applicant_of(fields), "reason": fields.get("reason", "")}
    if fields.get("edition", "").isdigit():
        body["edition"] = int(fields["edition"])
    return body | ({"proxy": proxy_of(fields)} if proxy_of(fields) else {})


def _apologise(fields: Fields) -> Body:
    said = {each: fields.get(each, "") for each in ("agency", "reason")}
    return said | {"due": _in_zone(fields.get("due", ""))}


def _oblige(fields: Fields) -> Body:
    said: Body = {each: fields.get(each, "") for each in ("name", "amount", "article")}
    amount = said["amount"].replace(".", "").replace(" ", "")
    return said | ({"amount": int(amount)} if amount.isdecimal() and len(amount) < _LONG else {})


def _urge(fields: Fields) -> Body:
    said: Body = {each: fields.get(each, "") for each in ("words", "step")}
    return said | {"answer_by": _in_zone(fields.get("answer_by", "")) or None}


def _in_zone(moment: str) -> str:
    """What a browser sends as a date and time is the time in Viet Nam."""
    return f"{moment}+07:00" if moment else ""


def _return(fields: Fields) -> Body:
    told = {each: fields.get(each, "") for each in ("channel", "to")}
    return told | {"originals": "originals" in fields}


_BODIES: Mapping[str, Callable[[Fields], Body]] = {
    CounterAct.ACCEPT: _accept,
    CounterAct.GUIDE: _guide,
    CounterAct.SUPPLEMENT: lambda fields: {"documents": papers_of(fields)},
    CounterAct.PAY: lambda fields: {each: fields.get(each, "") for each in ("method", "receipt")},
    CounterAct.DECIDE: lambda fields: {name: each for name, each in fields.items() if each},
    CounterAct.RETURN: _return,
    CounterAct.CORRECT: _correct,
    CounterAct.FORMS: lambda _: {},
    CounterAct.REFUND: lambda _: {},
    CounterAct.RESUME: lambda _: {},
    CounterAct.SEND: lambda fields: {"agency": fields.get("agency", "")},
    CounterAct.OBLIGE: _oblige,
    CounterAct.APOLOGISE: _apologise,
    CounterAct.URGE: _urge,
    CounterAct.WAY: lambda fields: {"result_by": fields.get("by", "")},
}
