"""The identity providers that people may sign in at: a file of the operator, which may change.

    {"providers": [{
        "id": "citizens", "name_vi": "Tài khoản công dân", "name_en": "Citizen's account",
        "issuer": "https://id.example.vn", "client_id": "motcua",
        "client_secret_file": "/run/secrets/citizens",
        "scope": "openid profile", "acr": ["loa2"],
        "claims": {"subject": "sub", "name": "name", "agency": "agency", "roles": "roles"},
        "rights": {"": "dossier:submit dossier:read", "clerk": "counter"}
    }]}

`rights` gives the scopes of each role; those of "" everybody has. `acr` lists the levels of
assurance of which one is required; none asks for none. Claims are named as the provider names
them, `a.b` for one within another; those that the ID token lacks are asked for at the provider's
userinfo, where many give names and roles only. With `"plain_subjects": true` a person's subject is
the provider's own; otherwise it begins with the issuer, so that two providers cannot mean one
person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from foundation.settings.watched_file import WatchedFile

ROLES_FOR_ALL = ""
_USUAL = {"subject": "sub", "name": "name", "agency": "agency", "roles": "roles"}


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """One OpenID provider, and what its word is worth here; see the module for each field."""

    id: str
    issuer: str
    client_id: str
    name_vi: str
    name_en: str
    client_secret_file: str = ""
    scope: str = "openid profile"
    acr: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    rights: Mapping[str, str] = field(default_factory=dict)
    plain_subjects: bool = False

    @property
    def secret(self) -> str:
        """The client's secret; "" for a public client, which PKCE alone protects."""
        if not self.client_secret_file:
            return ""
        return Path(self.client_secret_file).read_text(encoding="utf-8").strip()


@dataclass(frozen=True, kw_only=True)
class ClaimedPerson:
    """A person as a provider's claims describe them; `scopes` are what their roles allow."""

    subject: str
    name: str
    agency: str
    scopes: tuple[str, ...]


class ProviderFile:
    """The providers of the file, by id; none without a path."""

    def __init__(self, path: str) -> None:
        """Nothing is read yet."""
        self._given = bool(path)
        self._file: WatchedFile[Mapping[str, IdentityProvider]] = WatchedFile(
            Path(path),
            lambda file: read_providers(file.read_text(encoding="utf-8")),
            at_first={},
            complaint="the file of identity providers cannot be read",
        )

    def all(self) -> Mapping[str, IdentityProvider]:
        """The providers as the file has them now."""
        return self._file.value() if self._given else {}


def read_providers(text: str) -> dict[str, IdentityProvider]:
    """The providers that a file names.

    Raises:
        ValueError, TypeError, LookupError: it is not as the module describes it.
    """
    entries = json.loads(text)["providers"]
    read = [IdentityProvider(**each | {"acr": tuple(each.get("acr", ()))}) for each in entries]
    if len({each.id for each in read}) != len(read):
        raise ValueError("two providers have the same id")
    if not all(_is_safe(each.issuer) for each in read):
        raise ValueError("an issuer is reached by https, or is on this machine")
    return {each.id: each for each in read}


def person(provider: IdentityProvider, claims: Mapping[str, Any]) -> ClaimedPerson:
    """Who signed in, by the claims of an ID token that was verified.

    Raises:
        ValueError: the claims name nobody.
    """
    named_by = _USUAL | dict(provider.claims)
    subject = _text(claims, named_by["subject"])
    if not subject:
        raise ValueError("the claims name nobody")
    roles = _found(claims, named_by["roles"])
    listed = roles if isinstance(roles, list) else [roles]
    named = [each for each in listed if isinstance(each, str)]
    granted = (provider.rights.get(each, "") for each in (ROLES_FOR_ALL, *named))
    return ClaimedPerson(
        subject=subject if provider.plain_subjects else f"{provider.issuer}|{subject}",
        name=_text(claims, named_by["name"]) or subject,
        agency=_text(claims, named_by["agency"]),
        scopes=tuple(sorted({scope for each in granted for scope in each.split()})),
    )


def missing(provider: IdentityProvider, claims: Mapping[str, Any]) -> bool:
    """Whether the claims leave open who a person is here; roles only where they give rights."""
    wanted = ["subject", "name"]
    if set(provider.rights) - {ROLES_FOR_ALL}:
        wanted += ["roles", "agency"]
    named_by = _USUAL | dict(provider.claims)
    return any(_found(claims, named_by[each]) is None for each in wanted)


def _is_safe(issuer: str) -> bool:
    url = urlsplit(issuer)
    return url.scheme == "https" or url.hostname in {"localhost", "127.0.0.1", "::1"}


def _text(claims: Mapping[str, Any], path: str) -> str:
    found = _found(claims, path)
    return found if isinstance(found, str) else ""


def _found(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name, or by the way to it; a name that holds a dot itself comes first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
