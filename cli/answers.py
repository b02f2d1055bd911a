"""The answer of a service to a command: its JSON, or its refusal as an error of the command."""

from typing import Any

import httpx

from cli.errors import CliError


def told_by(answer: httpx.Response) -> Any:
    """The JSON of an answer.

    Raises:
        CliError: the service refused, with its reason.
    """
    if answer.is_success:
        return answer.json()
    said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    detail = said.get("detail", "")
    raise CliError(
        f"Bị từ chối ({answer.status_code}): {detail}",
        f"Refused ({answer.status_code}): {detail}",
    )
