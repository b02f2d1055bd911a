"""The office that issues forms, from the settings and the list of agencies."""

from foundation.settings.environment import Settings
from services.intake.domain.forms.parts import FormIssuer
from services.intake.pages import names_of


def office_of(own: Settings, clerk: str = "") -> FormIssuer:
    """The office; `clerk` is who acts at its counter, "" when an agency or time itself does."""
    return FormIssuer(
        unit=own.unit,
        name=own.office_name,
        address=own.office_address,
        phone=own.office_phone,
        clerk=clerk,
        tracking=own.tracking_url,
        names={code: each["vi"] for code, each in names_of(own.agencies).items()},
    )
