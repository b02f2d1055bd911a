"""The rules of law that the services cite, by name; catalogue-data/law.csv says what holds when."""

from enum import StrEnum


class LawRule(StrEnum):
    """A rule that a refusal, a ledger, a form, a page or a letter cites (`foundation.law.cite`).

    The articles are those of NĐ 61/2018, TT 01/2018/TT-VPCP and TT 22/2019/TT-BTTTT, by which the
    code was first written; which edition and article hold on a day is the table's to say.
    """

    CHANNELS = "channels"
    """How a dossier comes in and its result goes out (Đ16)."""
    COMPLETE = "complete"
    """A complete and correct dossier is taken in (Đ17.1)."""
    GUIDANCE = "guidance"
    """What is missing is asked for once and in full (Đ11.2c, Đ17.1a)."""
    SAME_DAY = "same-day"
    """What is decided at once (Đ17.4)."""
    FORWARDING = "forwarding"
    """Passed on the same day, after 15:00 at the next opening (Đ18.2)."""
    COUNTED = "counted"
    """From when time is counted (Đ19)."""
    SUPPLEMENT = "supplement"
    """An agency asks for papers, once and in time (Đ19.4)."""
    SILENCE = "silence"
    """An agency that is asked answers in its time (Đ19.5)."""
    ROUTE = "route"
    """The lead agency, and the part of each (Đ19.6)."""
    REFUSAL = "refusal"
    """An agency refuses by law, within its time (Đ19.8)."""
    APOLOGY = "apology"
    """One apology and one new date, in time (Đ19.9)."""
    ORIGINALS = "originals"
    """Originals kept for checking go back (Đ20.2)."""
    FORMS = "forms"
    """The set of forms (TT 01/2018/TT-VPCP)."""
    ISSUING = "issuing"
    """When a form is issued (TT 01/2018/TT-VPCP Đ10)."""
    CODE = "code"
    """The codes of units and dossiers (TT 01/2018/TT-VPCP Đ19)."""
    LOOK_UP = "look-up"
    """What anybody may see who knows the code (TT 01/2018/TT-VPCP Đ16)."""
    STATES = "states"
    """The ten states of a dossier (TT 22/2019/TT-BTTTT, annex I)."""
    ANYWHERE = "anywhere"
    """Received anywhere; time counts from the competent agency's receipt; since 5/8/2026."""
    HANDLER = "handler"
    """The applicant is told who handles the dossier; since 1/7/2026."""
    KIOSK = "kiosk"
    """A kiosk is a channel, identity by VNeID or card reader; since the amendment of 5/8/2026."""
    DENUNCIATION = "denunciation"
    """A denouncer is kept secret (Luật Tố cáo 2018 Đ8.3, Đ9.1)."""
