"""Who issues forms here: what the settings and the list of agencies say."""

from foundation.settings.environment import Settings
from services.intake.domain.forms.parts import Office
from services.intake.pages import names_of


def office_of(own: Settings, clerk: str = "") -> Office:
    """The office; `clerk` is who acts at its counter, "" when an agency or time itself does."""
    return Office(
        unit=own.unit,
        name=own.office_name,
        address=own.office_address,
        phone=own.office_phone,
        clerk=clerk,
        tracking=own.tracking_url,
        names={code: each["vi"] for code, each in names_of(own.agencies).items()},
    )
