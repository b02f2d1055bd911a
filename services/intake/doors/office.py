"""Who issues forms here: what the settings and the list of agencies say."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from foundation.config import Settings
from services.intake.domain.form_parts import Office


def office_of(own: Settings, unit: str, clerk: str = "") -> Office:
    """The office; `clerk` is who acts at its counter, "" when an agency or time itself does."""
    return Office(
        unit=unit,
        name=own.office_name,
        address=own.office_address,
        phone=own.office_phone,
        clerk=clerk,
        tracking=own.tracking_url,
        names=_names(own.agencies_file),
    )


@cache
def _names(path: str) -> Mapping[str, str]:
    """The names of agencies by their codes; none where the list is not there."""
    file = Path(path)
    if not file.is_file():
        return {}
    return {each["code"]: each["name_vi"] for each in json.loads(file.read_text("utf-8"))}
