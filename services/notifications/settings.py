"""What notifications must know of whom it writes to, and through what."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, PageSettings, setting


@dataclass(frozen=True, kw_only=True)
class NotificationsSettings(AgencyListSettings, PageSettings):
    """Those who carry messages, how they report, and who is told of late work."""

    smtp_url: str = setting("smtp://host:port mail is sent through; several parted by blanks")
    sms_url: str = setting(
        "http(s)://host:port of the SMS gateway, or of another kind as docs/channels.md has it; "
        "several parted by blanks, the first while all is well",
        neighbour="sms",
    )
    zalo_url: str = setting(
        "zalo+https://business.openapi.zalo.me?token=FILE&templates=FILE of Zalo's notification "
        "service, or with app, secret and refresh for token (docs/channels.md); empty for none",
        default="",
    )
    mail_from: str = setting("sender of mail", default="motcua@localhost")
    bounces_to: str = setting(
        "address that what comes back of mail is sent to, as bounces+ID@…; empty sends it to "
        "MAIL_FROM",
        default="",
    )
    bounce_mailbox: str = setting(
        "imaps://user:password@host/INBOX, where those are read; empty reads none",
        default="",
    )
    messages_url: str = setting(
        "public address of notifications, at which providers report what became of messages and "
        "readers of mail unsubscribe: https://…; empty asks for no reports",
        default="",
    )
    receipt_secret: str = setting(
        "what providers prove themselves by, a part of the address they report to: 16 characters "
        "or more; empty takes no reports",
        default="",
        secret=True,
    )
    letter_key: str = setting(
        "what letters are sealed with while they are stored: 16 random characters or more; to "
        "replace it put the new key before the old one, parted by a blank",
        secret=True,
    )
    letter_days: int = setting(
        "days after which the words and the address of a message are removed; what became of it "
        "stays",
        default="90",
    )
    ladder: str = setting(
        "channels one after the other, the next when one does not arrive: zalo,sms,email; empty "
        "tells by mail and by SMS at the same time",
        default="",
    )
    quiet_hours: str = setting(
        "21:00-07:00 in Vietnamese time, in which no telephone rings for what can wait; behind it, "
        "parted by blanks, kinds with hours of their own: fee_requested=17:00-07:30, or "
        "fee_requested= for none; empty for none",
        default="",
    )
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
