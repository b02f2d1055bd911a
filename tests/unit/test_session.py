"""The session of a signed-in person: what opens it, how long it lasts, and what a provider says."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Unavailable
from foundation.sign_in.pages import local_path
from foundation.sign_in.providers import IdentityProvider, missing, person, read_providers
from foundation.web.session import (
    IDLE,
    LONGEST,
    PageSession,
    SessionKeys,
    new_session_key,
    open_session,
    seal_session,
)

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
HOA = PageSession(
    subject="hoa",
    name="Nguyễn Thị Hoa",
    provider="citizens",
    scopes=("dossier:read",),
    began=NOW,
    seen=NOW,
)
PROVIDER = IdentityProvider(
    id="officers",
    issuer="https://id.example.vn",
    client_id="motcua",
    name_vi="Cán bộ",
    name_en="Officers",
    claims={"agency": "org.code", "roles": "realm.roles"},
    rights={"": "document:read", "clerk": "counter document:write", "officer": "desk"},
)

Keys = Callable[..., SessionKeys]


@pytest.fixture(name="keys")
def _keys(tmp_path: Path) -> Keys:
    def made(*kept: dict[str, Any]) -> SessionKeys:
        file = tmp_path / "session.json"
        file.write_text(json.dumps({"keys": list(kept)}))
        return SessionKeys(str(file))

    return made


def test_a_session_is_opened_by_who_sealed_it_and_nobody_else(keys: Keys, tmp_path: Path) -> None:
    ours = keys(new_session_key("a"))
    sealed = seal_session(HOA, ours)
    assert open_session(sealed, ours, NOW) == HOA
    readable = [urlsafe_b64decode(f"{part}==") for part in sealed.split(".")]
    assert not [each for each in readable if b"citizens" in each or b"dossier:read" in each]
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"keys": [new_session_key("a")]}))
    assert open_session(sealed, SessionKeys(str(other)), NOW) is None
    assert open_session(sealed, SessionKeys(""), NOW) is None


def test_a_new_key_comes_before_the_old_and_ends_no_session(keys: Keys) -> None:
    old, new = new_session_key("old"), new_session_key("new")
    sealed = seal_session(HOA, keys(old))
    assert open_session(sealed, keys(new, old), NOW) == HOA
    assert open_session(sealed, keys(new), NOW) is None


def test_something_else_that_we_sealed_is_no_session(keys: Keys) -> None:
    ours = keys(new_session_key("a"))
    assert open_session(ours.seal({"kind": "attempt", "state": "x"}), ours, NOW) is None


def test_it_ends_when_nothing_is_done_and_in_the_end_whatever_is_done(keys: Keys) -> None:
    ours = keys(new_session_key("a"))
    assert open_session(seal_session(HOA, ours), ours, NOW + IDLE) is None
    at, session = NOW, HOA
    while at - NOW < LONGEST - IDLE / 2:
        at += IDLE / 2
        session = session.renewed(at)
    assert open_session(seal_session(session, ours), ours, at) == session
    assert open_session(seal_session(session, ours), ours, NOW + LONGEST) is None


def test_without_a_key_nobody_signs_in() -> None:
    with pytest.raises(Unavailable):
        seal_session(HOA, SessionKeys(""))


@given(st.text(max_size=300))
def test_whatever_the_cookie_says_it_is_read_or_it_is_none(text: str) -> None:
    assert open_session(text, SessionKeys(""), NOW) is None


def test_rights_are_those_of_the_roles_and_of_nothing_else() -> None:
    claims = {
        "sub": "7",
        "name": "An",
        "org": {"code": "so-xay-dung"},
        "realm": {"roles": ["officer", "root"]},
    }
    found = person(PROVIDER, claims)
    assert found.subject == "https://id.example.vn|7"
    assert found.scopes == ("desk", "document:read")
    assert found.agency == "so-xay-dung"
    assert person(PROVIDER, {"sub": "8"}).scopes == ("document:read",)


@pytest.mark.parametrize("roles", [7, None, {"officer": 1}, [["officer"]], "root"])
def test_roles_that_are_no_list_of_names_give_no_rights(roles: object) -> None:
    plain = replace(PROVIDER, claims={})
    assert person(plain, {"sub": "7", "roles": roles}).scopes == ("document:read",)


def test_what_a_token_leaves_open_is_asked_for() -> None:
    whole = {"sub": "7", "name": "An", "roles": [], "agency": ""}
    plain = replace(PROVIDER, claims={})
    assert not missing(plain, whole)
    for each in whole:
        assert missing(plain, {name: whole[name] for name in whole if name != each})
    # Where no role gives a right, nobody needs to know of roles.
    citizens = replace(plain, rights={"": "dossier:read"})
    assert not missing(citizens, {"sub": "7", "name": "An"})
    assert missing(PROVIDER, whole), "the claims are named otherwise there"


@given(
    st.dictionaries(
        st.sampled_from(["sub", "name", "org", "realm", "roles"]),
        st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2),
    )
)
def test_claims_of_any_kind_give_a_person_or_are_refused(claims: dict[str, Any]) -> None:
    if isinstance(claims.get("sub"), str) and claims["sub"]:
        assert person(PROVIDER, claims).scopes == ("document:read",)
    else:
        with pytest.raises(ValueError, match="nobody"):
            person(PROVIDER, claims)


@pytest.mark.parametrize("issuer", ["http://id.example.vn", "ftp://localhost.evil", "id"])
def test_a_provider_without_tls_is_refused_unless_it_is_on_this_machine(issuer: str) -> None:
    entry = {"id": "a", "issuer": issuer, "client_id": "m", "name_vi": "A", "name_en": "A"}
    with pytest.raises(ValueError, match="https"):
        read_providers(json.dumps({"providers": [entry]}))
    assert read_providers(json.dumps({"providers": [entry | {"issuer": "http://127.0.0.1:9"}]}))


@given(st.text(max_size=60))
def test_one_is_led_to_a_path_of_ours_and_nowhere_else(asked: str) -> None:
    found = local_path(asked)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))


def test_a_session_that_lasts_says_until_when() -> None:
    assert HOA.until == NOW + IDLE
    late = HOA.renewed(NOW + LONGEST - timedelta(minutes=1))
    assert late.until == NOW + LONGEST
