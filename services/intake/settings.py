"""What intake must know of its unit, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import (
    AgencyListSettings,
    PageSettings,
    UploadSettings,
    UrgingSettings,
    setting,
)


@dataclass(frozen=True, kw_only=True)
class IntakeSettings(AgencyListSettings, PageSettings, UploadSettings, UrgingSettings):
    """The unit, as codes and forms name it, and where its pages are."""

    unit: str = setting(
        "code of this unit by QCVN 102:2016, which begins the code of each dossier",
        default="000.00.00.H41",
    )
    office_name: str = setting(
        "name of the unit that issues forms",
        default="Trung tâm Phục vụ hành chính công tỉnh",
    )
    office_address: str = setting("its address, on forms", default="")
    office_phone: str = setting("its telephone, on forms and on the tracking page", default="")
    tracking_url: str = setting(
        "address dossiers are followed at, as forms print it before the code: https://…/tracking/",
        default="",
    )
    visits: str = setting(
        "path of visits.json: the times that may be booked at the counter, and what for",
        default="catalogue-data/visits.json",
    )
    payment_url: str = setting(
        "KIND+https://host/path of the platform that takes payments (docs/payments.md), e.g. "
        "paygov+https://…; empty takes none online, and pages say how else to pay",
        default="",
    )
    payment_partner: str = setting("our code at that platform", default="")
    payment_secret: str = setting(
        "what messages to and from that platform are sealed with: 16 characters or more",
        default="",
        secret=True,
    )
    payment_account: str = setting(
        "NUMBER@BANK of the treasury account that fees go to, as that platform has it", default=""
    )
