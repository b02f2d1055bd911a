"""The office that issues forms, from the settings and the list of agencies."""

from foundation.settings.agency_names import names_of
from services.intake.domain.forms.parts import FormIssuer
from services.intake.settings import IntakeSettings


def office_of(settings: IntakeSettings, clerk: str = "") -> FormIssuer:
    """The office; `clerk` is who acts at its counter, "" when an agency or time itself does."""
    return FormIssuer(
        unit=settings.unit,
        name=settings.office_name,
        address=settings.office_address,
        phone=settings.office_phone,
        clerk=clerk,
        tracking=settings.tracking_url,
        names={code: each["vi"] for code, each in names_of(settings.agencies).items()},
    )
