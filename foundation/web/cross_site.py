"""Forms of other sites are refused (cross-site request forgery, CSRF)."""

from collections.abc import Mapping


def is_from_us(headers: Mapping[str, str]) -> bool:
    """Whether a page of ours sent the form, by its headers in small letters.

    Browsers say where a form comes from, and no page can make them say otherwise.
    """
    told = headers.get("sec-fetch-site", "")
    if told:
        return told == "same-origin"
    _, _, host = headers.get("origin", "").partition("://")
    return bool(host) and host == headers.get("host", "")
