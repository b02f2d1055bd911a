"""The forms of the pages of webhooks: their fields as the API's bodies, and back."""

import json
from collections.abc import Mapping
from typing import Any

from foundation.errors import Error
from foundation.web.request import read_json
from foundation.web.translations import Language, field_words
from services.subscriptions.domain import plain_filter
from services.subscriptions.domain.plain_filter import PlainFilter
from services.subscriptions.domain.subscription import WebhookSubscription

Fields = Mapping[str, str]
Body = dict[str, Any]

_WISHED = ("name", "target", "email", "types", "agency", "procedure", "field", "more")
NEW_FIELDS = (*_WISHED, "order", "batch", "signing")
ACT_FIELDS = ("since", "rate", "signing", "overlap_hours", "type", "reason", "deliveries")
_VIETNAM = "+07:00"
LONGEST_NUMBER = 9


def filter_body(said: Fields) -> Body:
    """The plain part of the filters, for its schema to look at."""
    types = said.get("types", "").replace(",", " ").split()
    return {"types": types} | _given(said, "agency", "procedure", "field")


def new_body(said: Fields, plain: PlainFilter) -> Body:
    """What creates a subscription."""
    body = wish_body(said, plain) | _given(said, "signing")
    return body | ({"after": 0} if said.get("begin") == "beginning" else {})


def wish_body(said: Fields, plain: PlainFilter) -> Body:
    """What changes a subscription: the whole of it.

    Raises:
        Invalid: the filters in JSON are no JSON.
    """
    more = read_json(said["more"].encode()) if said.get("more") else []
    filters = [*plain_filter.write(plain), *more] if isinstance(more, list) else more
    return {
        **_given(said, "name", "target", "email"),
        "filters": filters,
        "order": "dossier" if said.get("order") else "none",
        "batch": _number(said.get("batch", "") or "1"),
    }


def shown(subscription: WebhookSubscription) -> Fields:
    """What the form of changing it holds at first: what its owner wishes now."""
    wish, filters = subscription.wish, json.loads(subscription.wish.filters)
    plain = plain_filter.read(filters)
    told = plain or PlainFilter()
    return {
        "name": wish.name,
        "target": wish.target,
        "email": wish.email,
        "types": "\n".join(told.types),
        "agency": told.agency,
        "procedure": told.procedure,
        "field": told.field,
        "more": "" if plain else json.dumps(filters, ensure_ascii=False, indent=2),
        "order": "yes" if wish.options.by_dossier else "",
        "batch": str(wish.options.batch),
    }


def act_body(name: str, said: Fields) -> Body:
    """What an act asks for; its fields are named `ACT-FIELD`."""
    told = {
        field.removeprefix(f"{name}-"): value
        for field, value in said.items()
        if field.startswith(f"{name}-") and value
    }
    match name:
        case "replay":
            since = told.get("since", "")
            return {"since": f"{since}{_VIETNAM}", "rate": _number(told.get("rate", "0"))}
        case "rotate":
            return _given(told, "signing") | {
                "overlap_hours": _number(told.get("overlap_hours", "24"))
            }
        case "redrive" if "deliveries" in told:
            return {"deliveries": [told["deliveries"]]}
        case "redrive":
            chosen = _given(told, "type", "reason")
            return chosen or {"all": True}
        case _:
            return {}


def errors_of(
    error: Error | None, language: Language, fields: tuple[str, ...], form: str = ""
) -> dict[str, str]:
    """What is wrong with each field, in the order of the form, and under "" with the whole."""
    if error is None:
        return {}
    placed = {_field(place): texts for place, texts in error.fields.items() if texts}
    found = {each: field_words(placed[each][0], language) for each in fields if each in placed}
    prefix = f"{form}-" if form else ""
    beside = {f"{prefix}{each}": text for each, text in found.items()}
    if found and len(found) == len(placed):
        return beside
    return {"": error.en if language == "en" else error.vi} | beside


def _field(place: str) -> str:
    """The field of the form that a place of the API's body stands for."""
    name = place.partition(".")[0]
    return "more" if name == "filters" else name


def _given(said: Fields, *names: str) -> Body:
    return {each: said[each] for each in names if said.get(each)}


def _number(text: str) -> int | str:
    """A number as the API takes it; what is none goes on as it is, for the schema to refuse."""
    return int(text[:LONGEST_NUMBER]) if text.isascii() and text.isdigit() else text
