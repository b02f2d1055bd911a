"""Zalo's notification service (ZNS): messages of approved templates, to a telephone number.

Zalo takes no text of ours: only the number of a template that it approved, and a value for each of
its parameters, of a type and a length. Which template tells of which kind, and what of ours goes
into which parameter, is a file of the administration (docs/channels.md).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from foundation.settings.watched_file import WatchedFile
from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport, ReceiptResult
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.http_call import JSON, call
from services.notifications.outside.provider import ProviderAddress
from services.notifications.outside.zalo_token import token_of

PATH = "/message/template"
FACTS = frozenset(("name", "code", "procedure", "due", "agency", "handler", "text", "dossier"))
"""What of ours may go into a parameter."""
LONGEST = {"name": 30, "phone": 15, "address": 200, "code": 30, "text": 100, "date": 20}
"""The longest value of each type, as Zalo has it."""
LATER = frozenset(
    (
        *(-101, -102, -103, -104, -105, -115, -117, -120, -124, -125),
        *(-126, -131, -133, -135, -137, -138, -144, -147),
    )
)
"""The token ran out, no money or quota, not at night, not approved yet: it is not the person."""
NOBODY_KNOWS = -100
TOKEN_UNKNOWN = -124


@dataclass(frozen=True)
class ZnsParameter:
    """A parameter of a template: its name at Zalo, which fact goes in, and of which type it is."""

    name: str
    fact: str
    type: str

    def value(self, facts: Mapping[str, str]) -> str:
        """The fact, no longer than its type may be; a dash where we know nothing."""
        text = " ".join(facts.get(self.fact, "").split())
        return text[: LONGEST[self.type]].rstrip() or "-"


@dataclass(frozen=True)
class ZnsTemplate:
    """A template that Zalo approved: its number and its parameters."""

    number: str
    parameters: tuple[ZnsParameter, ...]


def read_templates(text: str) -> dict[str, ZnsTemplate]:
    """The templates by kind and language (`accepted.vi`).

    Raises:
        ValueError: it is no such file, or names a fact or a type that there is none of.
    """
    return {kind: _template(kind, value) for kind, value in json.loads(text).items()}


def _template(kind: str, value: Any) -> ZnsTemplate:
    parameters = tuple(
        ZnsParameter(name, each["fact"], each.get("type", "text"))
        for name, each in value["parameters"].items()
    )
    odd = sorted(p.name for p in parameters if p.fact not in FACTS or p.type not in LONGEST)
    if odd or not re.fullmatch(r"[0-9]{1,20}", str(value["template"])):
        raise ValueError(f"{kind}: the number or these parameters are none of ours: {odd}")
    return ZnsTemplate(str(value["template"]), parameters)


class ZaloNotification:
    """ZNS: `zalo+https://business.openapi.zalo.me?token=FILE&templates=FILE`.

    The token lasts a day. Its file is read again whenever it changes; or it is renewed here, with
    `app=ID&secret=FILE&refresh=FILE` instead of `token` (`zalo_token.py`).
    """

    kind: ClassVar[str] = "zalo"
    channel: ClassVar[NoticeChannel] = NoticeChannel.ZALO

    def __init__(self, address: ProviderAddress) -> None:
        """Reads its files.

        Raises:
            OSError, ValueError, KeyError: a file is not named, is not there, or is none.
        """
        self.address = address
        self.token = token_of(address)
        self._templates = WatchedFile[dict[str, ZnsTemplate]](
            Path(address.options["templates"]),
            lambda path: read_templates(path.read_text(encoding="utf-8")),
            at_first={},
            complaint="zalo_templates_unreadable",
        )
        self._templates.load()

    def send(self, notice: Notice) -> ProviderAnswer:
        """Hand a message over; our id is its `tracking_id`, which comes back in the report."""
        template = self._templates.value().get(f"{notice.kind}.{notice.letter.language}")
        if template is None:
            return ProviderAnswer(outcome=SendOutcome.REFUSED, reason="no template")
        token, facts = self.token.value(), notice.letter.parameters
        if not token:
            return ProviderAnswer(outcome=SendOutcome.BUSY, reason="no token yet")
        asked = {
            "phone": notice.to.lstrip("+"),
            "template_id": template.number,
            "template_data": {each.name: each.value(facts) for each in template.parameters},
            "tracking_id": notice.id,
        }
        headers = {**JSON, "access_token": token}
        reply = call(self.address, self.address.path or PATH, json.dumps(asked), headers)
        if reply.outcome is not SendOutcome.TAKEN:
            return reply.answer(reports=True)
        if reply.json.get("error") == TOKEN_UNKNOWN:
            self.token.refuse()
        return _answer(reply.json)

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:
        """The event `user_received_message`; of a message that did not arrive nothing is said."""
        if fields.get("event_name") != "user_received_message":
            return ()
        notice, reference = fields.get("message.tracking_id", ""), fields.get("message.msg_id", "")
        if not notice and not reference:
            return ()
        result = ReceiptResult.DELIVERED
        return (ProviderReport(result=result, notice=notice, reference=reference, code="zns"),)

    def keep(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""


def _answer(said: Mapping[str, Any]) -> ProviderAnswer:
    error, data = said.get("error"), said.get("data")
    reference = str(data.get("msg_id", "")) if isinstance(data, Mapping) else ""
    return ProviderAnswer(
        outcome=_outcome(error), reference=reference, reason=f"zns {error}", reports=True
    )


def _outcome(error: object) -> SendOutcome:
    if error == 0:
        return SendOutcome.TAKEN
    if not isinstance(error, int) or error == NOBODY_KNOWS:
        return SendOutcome.UNCLEAR
    return SendOutcome.BUSY if error in LATER else SendOutcome.REFUSED
