"""What notifications must know of whom it writes to, and through what."""

from dataclasses import dataclass

from foundation.settings import Settings, setting


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(Settings):
    """The mail relay, the SMS gateway, and who is told of late work."""

    smtp_url: str = setting("smtp://host:port mail is sent through")
    sms_url: str = setting("http(s)://host:port of the SMS gateway", neighbour="sms")
    mail_from: str = setting("sender of mail", default="motcua@localhost")
    director: str = setting(
        "where the director, and who stands in for them, are told of late work: e-mail addresses "
        "and telephone numbers, parted by commas; empty tells nobody",
        default="",
    )
    director_language: str = setting("vi or en: in which the director is written to", default="vi")
    late_url: str = setting(
        "address of intake's list of what is late, as letters to the director name it: "
        "https://…/late",
        default="",
    )
    desk_url: str = setting(
        "address of an agency's desk, as letters to its officers name it; {agency} stands for its "
        "code",
        default="",
    )
    digest_seconds: int = setting(
        "what one person at an office is told within so many seconds comes in one letter",
        default="3600",
    )
