"""Where staff work, by what they may do: links at the head of every page for whoever signed in.

Each service serves its own pages; whoever works on those of several finds them here from all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.web.session import PageSession


@dataclass(frozen=True)
class StaffPlace:
    """A part of the platform for staff: its first page, the scope that opens it, its name.

    `<agency>` in the address is that of the session.
    """

    address: str
    scope: str
    vi: str
    en: str


STAFF_PLACES = (
    StaffPlace("/counter", "counter", "Quầy tiếp nhận", "Counter"),
    StaffPlace("/desks/<agency>/work", "desk", "Việc của cơ quan", "Agency desk"),
    StaffPlace("/feedback/centre", "centre", "Xử lý phản ánh", "Handle feedback"),
    StaffPlace("/centre/holds", "centre", "Lưu giữ theo yêu cầu", "Legal holds"),
    StaffPlace("/denounce/take-in", "denunciation", "Nhập tố cáo", "Take a denunciation in"),
    StaffPlace("/centre", "director", "Điều hành", "Direct the centre"),
    StaffPlace("/centre/calendar", "calendar:write", "Lịch làm việc", "Calendar"),
    StaffPlace("/catalogue", "catalogue:write", "Danh mục thủ tục", "Catalogue"),
    StaffPlace("/message-templates", "catalogue:write", "Mẫu tin nhắn", "Message templates"),
    StaffPlace("/webhooks/all", "events:admin", "Bên tích hợp", "Integrators"),
    StaffPlace("/webhooks", "events:read", "Webhook", "Webhooks"),
)


@dataclass(frozen=True)
class StaffLink:
    """A place of somebody's own as a link; `current` if the page that shows it belongs to it."""

    address: str
    vi: str
    en: str
    current: bool


def staff_links(session: PageSession | None, path: str) -> Sequence[StaffLink]:
    """The places of whoever signed in, as links on the page of this path; none for nobody."""
    if session is None:
        return ()
    own = [
        (each, each.address.replace("<agency>", session.agency))
        for each in STAFF_PLACES
        if each.scope in session.scopes
    ]
    around = [address for _, address in own if _holds(address, path)]
    here = max(around, key=len, default="")
    return [StaffLink(address, each.vi, each.en, address == here) for each, address in own]


def _holds(address: str, path: str) -> bool:
    section = address.removesuffix("/work").removesuffix("/all")
    return f"{path}/".startswith(f"{section}/")
