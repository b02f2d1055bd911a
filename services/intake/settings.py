"""What intake must know of its unit, besides what every process must."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, PageSettings, UrgingSettings, setting


@dataclass(frozen=True, kw_only=True)
class IntakeSettings(AgencyListSettings, PageSettings, UrgingSettings):
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
