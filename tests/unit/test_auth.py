"""Tokens: what is believed, and every known way to forge one."""

import base64
import hmac
import json
import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from foundation.errors import Forbidden, Unavailable, Unknown
from foundation.web import auth
from foundation.web.auth import KeyFile, TokenVerifier, new_key, public_keys, sign

NOW = 1_790_000_000.0
CENTRE = new_key("centre")
AGENCY = new_key("so-xay-dung")
STRANGER = new_key("centre")
CLAIMS: dict[str, Any] = {
    "sub": "an",
    "aud": ["intake", "documents"],
    "scope": "dossier:submit dossier:read",
    "exp": NOW + 600,
}


def written(path: Path, keys: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"keys": keys}))
    return path


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    keys = public_keys([CENTRE])["keys"]
    [agency] = public_keys([AGENCY])["keys"]
    return written(tmp_path / "keys.json", [*keys, agency | {"agency": "so-xay-dung"}])


@pytest.fixture
def tokens(key_file: Path) -> TokenVerifier:
    return TokenVerifier(KeyFile(str(key_file)), "intake", clock=lambda: NOW)


def bearer(claims: Mapping[str, Any], key: Mapping[str, Any] = CENTRE) -> str:
    return "Bearer " + sign(claims, key)


def segment(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def headed(header: Mapping[str, Any], claims: Mapping[str, Any] = CLAIMS) -> str:
    """A token signed by the right key under a header of the attacker's choice."""
    full = {"alg": "ES256", "typ": "at+jwt", "kid": "centre", **header}
    claims = {"iss": auth.ISSUER, **claims}
    return "Bearer " + jwt.encode(full, claims, ECKey.import_key(dict(CENTRE)))


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in CLAIMS.items() if name not in names}


def test_a_good_token_says_who_calls_and_what_they_may_do(tokens: TokenVerifier) -> None:
    who = tokens.authorize(bearer(CLAIMS), "dossier:submit")
    assert who == auth.Identity("an", frozenset({"dossier:submit", "dossier:read"}), "")


def test_any_of_the_scopes_of_a_door_opens_it(tokens: TokenVerifier) -> None:
    assert tokens.authorize(bearer(CLAIMS), "counter dossier:read").subject == "an"


def test_a_token_without_the_scope_is_believed_but_forbidden(tokens: TokenVerifier) -> None:
    with pytest.raises(Forbidden):
        tokens.authorize(bearer(CLAIMS), "counter")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "x" * 99])
def test_without_a_bearer_token_nobody_is_known(tokens: TokenVerifier, header: str) -> None:
    with pytest.raises(Unknown):
        tokens.authorize(header, "dossier:submit")


def test_a_token_without_a_signature_is_not_believed(tokens: TokenVerifier) -> None:
    claims = segment({"iss": auth.ISSUER, **CLAIMS})
    for algorithm in ("none", "None", "NONE", ""):
        header = segment({"alg": algorithm, "typ": "at+jwt", "kid": "centre"})
        with pytest.raises(Unknown):
            tokens.identify(f"Bearer {header}.{claims}.")


def test_the_public_key_is_no_shared_secret(tokens: TokenVerifier) -> None:
    """Key confusion: HS256 with the public key, which everybody has, as its secret."""
    public = ECKey.import_key({name: CENTRE[name] for name in ("kty", "crv", "x", "y")})
    header = segment({"alg": "HS256", "typ": "at+jwt", "kid": "centre"})
    signed = f"{header}.{segment({'iss': auth.ISSUER, **CLAIMS})}"
    secrets = [public.as_pem(private=False), public.as_der(private=False)]
    secrets += [json.dumps(public.as_dict(private=False)).encode(), CENTRE["x"].encode()]
    for secret in secrets:
        mac = hmac.digest(secret, signed.encode(), sha256)
        with pytest.raises(Unknown):
            tokens.identify(f"Bearer {signed}.{segment(mac)}")


def test_a_key_named_or_carried_by_the_token_is_ignored(tokens: TokenVerifier) -> None:
    stranger = ECKey.import_key(dict(STRANGER))
    public = stranger.as_dict(private=False)
    for extra in (
        {"jku": "https://example.org/keys.json"},
        {"x5u": "https://example.org/cert.pem"},
        {"jwk": public},
        {"x5c": ["MIIB"]},
    ):
        header = {"alg": "ES256", "typ": "at+jwt", "kid": "centre", **extra}
        token = jwt.encode(header, {"iss": auth.ISSUER, **CLAIMS}, stranger)
        with pytest.raises(Unknown):
            tokens.identify(f"Bearer {token}")


@pytest.mark.parametrize(
    "claims",
    [
        CLAIMS | {"aud": ["documents"]},
        CLAIMS | {"aud": "intake2"},
        CLAIMS | {"aud": []},
        CLAIMS | {"aud": {"intake": 1}},
        CLAIMS | {"iss": "somebody else"},
        CLAIMS | {"iss": 7},
        CLAIMS | {"exp": NOW - 61},
        CLAIMS | {"exp": "2099-01-01"},
        CLAIMS | {"exp": True},
        CLAIMS | {"exp": float("nan")},
        CLAIMS | {"exp": float("inf")},
        CLAIMS | {"nbf": NOW + 61},
        CLAIMS | {"nbf": "soon"},
        CLAIMS | {"sub": ""},
        CLAIMS | {"sub": 7},
        CLAIMS | {"scope": ["dossier:submit"]},
        CLAIMS | {"agency": 7},
        without("exp"),
        without("aud"),
        without("sub"),
    ],
)
def test_a_token_with_wrong_claims_is_not_believed(
    tokens: TokenVerifier, claims: Mapping[str, Any]
) -> None:
    with pytest.raises(Unknown):
        tokens.identify(bearer(claims))


def test_clocks_may_differ_by_a_minute(tokens: TokenVerifier) -> None:
    assert tokens.identify(bearer(CLAIMS | {"exp": NOW - 58, "nbf": NOW + 58})).subject == "an"


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "nobody"},
        {"kid": ""},
        {"typ": "JWT"},
        {"typ": "at+JWT2"},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_a_token_with_a_wrong_header_is_not_believed(
    tokens: TokenVerifier, header: Mapping[str, Any]
) -> None:
    with pytest.raises(Unknown):
        tokens.identify(headed(header))


def test_a_token_of_another_key_under_a_known_id_is_not_believed(tokens: TokenVerifier) -> None:
    with pytest.raises(Unknown):
        tokens.identify(bearer(CLAIMS, STRANGER))


def test_a_changed_token_is_not_believed(tokens: TokenVerifier) -> None:
    header, _, signature = sign(CLAIMS, CENTRE).split(".")
    forged = segment({"iss": auth.ISSUER, **CLAIMS, "scope": "centre"})
    for token in (f"{header}.{forged}.{signature}", f"{header}..{signature}", f"{header}.{forged}"):
        with pytest.raises(Unknown):
            tokens.identify(f"Bearer {token}")


def test_a_huge_or_deeply_nested_token_costs_nothing(tokens: TokenVerifier) -> None:
    deep = segment(b'{"alg":' + b"[" * 3000)
    began = time.perf_counter()
    for token in ("x" * 1_000_000, "." * 1_000_000, f"{deep}.e30.e30", f"e30.{deep}.e30"):
        with pytest.raises(Unknown):
            tokens.identify(f"Bearer {token}")
    assert time.perf_counter() - began < 0.5


@given(st.text(max_size=300) | st.from_regex(r"[\w-]{0,80}\.[\w-]{0,80}\.[\w-]{0,80}"))
def test_whatever_is_sent_as_a_token_is_refused_in_good_order(text: str) -> None:
    folder = Path(os.devnull).parent
    keys = KeyFile(str(folder / "nowhere"))
    keys._keys = auth.read_keys(json.dumps(public_keys([CENTRE])).encode())  # noqa: SLF001
    with pytest.raises(Unknown):
        TokenVerifier(keys, "intake").identify(f"Bearer {text}")


@given(
    st.dictionaries(
        st.sampled_from(["alg", "typ", "kid", "jku", "crit", "b64"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=9)
        | st.lists(st.text(max_size=3)),
    )
)
def test_whatever_a_header_holds_is_refused_in_good_order(header: dict[str, Any]) -> None:
    keys = KeyFile(os.devnull)
    keys._keys = auth.read_keys(json.dumps(public_keys([CENTRE])).encode())  # noqa: SLF001
    token = f"{segment(header)}.{segment(dict(CLAIMS))}.{segment(b'0' * 64)}"
    with pytest.raises(Unknown):
        TokenVerifier(keys, "intake").identify(f"Bearer {token}")


def test_an_agencys_key_speaks_for_that_agency_alone(key_file: Path) -> None:
    tokens = TokenVerifier(KeyFile(str(key_file)), "documents", clock=lambda: NOW)
    desk = CLAIMS | {"scope": "desk", "agency": "so-xay-dung"}
    assert tokens.authorize(bearer(desk, AGENCY), "desk").agency == "so-xay-dung"
    assert tokens.authorize(bearer(without("scope") | {"scope": "desk"}, AGENCY), "desk").agency
    with pytest.raises(Unknown):
        tokens.authorize(bearer(desk | {"agency": "ubnd-xa"}, AGENCY), "desk")


def test_an_agencys_key_cannot_grant_the_scopes_of_others(tokens: TokenVerifier) -> None:
    for scope in ("counter", "centre", "dossier:submit", "catalogue:write"):
        claims = CLAIMS | {"scope": f"desk {scope}", "agency": "so-xay-dung"}
        with pytest.raises(Forbidden):
            tokens.authorize(bearer(claims, AGENCY), scope)


def test_the_desk_needs_an_agency(tokens: TokenVerifier) -> None:
    with pytest.raises(Forbidden):
        tokens.authorize(bearer(CLAIMS | {"scope": "desk"}), "desk")


def test_an_agencys_own_process_lets_no_other_agency_in(key_file: Path) -> None:
    keys = KeyFile(str(key_file))
    tokens = TokenVerifier(keys, "routing", agency="so-xay-dung", clock=lambda: NOW)
    claims = CLAIMS | {"aud": "routing", "scope": "desk counter"}
    assert tokens.authorize(bearer(claims | {"agency": "so-xay-dung"}), "desk").subject == "an"
    for agency, scope in (("ubnd-xa", "desk"), ("ubnd-xa", "counter"), ("", "desk")):
        with pytest.raises(Forbidden):
            tokens.authorize(bearer(claims | {"agency": agency}), scope)


def test_the_same_name_at_another_issuer_is_another_person(tmp_path: Path) -> None:
    [other] = public_keys([AGENCY])["keys"]
    keys = [*public_keys([CENTRE])["keys"], other | {"issuer": "https://id.example"}]
    tokens = TokenVerifier(KeyFile(str(written(tmp_path / "k", keys))), "intake", clock=lambda: NOW)
    theirs = bearer(CLAIMS | {"iss": "https://id.example"}, AGENCY)
    assert tokens.identify(theirs).subject == "https://id.example|an"
    with pytest.raises(Unknown):
        tokens.identify(bearer(CLAIMS, AGENCY))
    with pytest.raises(Unknown):
        tokens.identify(bearer(CLAIMS | {"iss": "https://id.example"}))


def test_a_new_key_is_found_within_a_minute_and_a_removed_one_forgotten(tmp_path: Path) -> None:
    path, clock = tmp_path / "keys.json", [0.0]
    written(path, public_keys([CENTRE])["keys"])
    keys = KeyFile(str(path), clock=lambda: clock[0])
    assert keys.get("centre")
    os.utime(written(path, public_keys([AGENCY])["keys"]), ns=(1, 1))
    clock[0] = 59
    assert keys.get("centre")
    clock[0] = 60
    assert keys.get("centre") is None
    assert keys.get("so-xay-dung")


def test_a_key_nobody_knew_yet_is_found_within_a_second(tmp_path: Path) -> None:
    path, clock = tmp_path / "keys.json", [0.0]
    written(path, public_keys([CENTRE])["keys"])
    keys = KeyFile(str(path), clock=lambda: clock[0])
    assert keys.get("centre")
    os.utime(written(path, public_keys([CENTRE, AGENCY])["keys"]), ns=(1, 1))
    clock[0] = 0.9
    assert keys.get("so-xay-dung") is None
    clock[0] = 1.0
    assert keys.get("so-xay-dung")


def test_a_key_file_that_breaks_leaves_the_old_keys_and_none_at_all_is_503(tmp_path: Path) -> None:
    path, clock = tmp_path / "keys.json", [0.0]
    keys = KeyFile(str(path), clock=lambda: clock[0])
    for content in (None, "", "[]", '{"keys": 5}', '{"keys": [{"crv": "P-256", "kid": "a"}]}'):
        if content is not None:
            path.write_text(content)
        with pytest.raises(Unavailable):
            keys.get("centre")
    os.utime(written(path, public_keys([CENTRE])["keys"]), ns=(2, 2))
    assert keys.get("centre")
    path.write_text("{")
    clock[0] = 61
    assert keys.get("centre")


def test_a_signature_is_proven_once(tokens: TokenVerifier, monkeypatch: Any) -> None:
    token, decode = bearer(CLAIMS), Mock(side_effect=jwt.decode)
    monkeypatch.setattr(jwt, "decode", decode)
    assert {tokens.identify(token) for _ in range(3)} == {tokens.identify(token)}
    assert decode.call_count == 1


def test_a_proven_token_ends_like_any_other(key_file: Path) -> None:
    clock = [NOW]
    tokens = TokenVerifier(KeyFile(str(key_file)), "intake", clock=lambda: clock[0])
    token = bearer(CLAIMS)
    assert tokens.identify(token).subject == "an"
    clock[0] = CLAIMS["exp"] + auth.LEEWAY_SECONDS + 1
    with pytest.raises(Unknown):
        tokens.identify(token)


@pytest.mark.parametrize("left", [[AGENCY], [STRANGER]], ids=["removed", "another of its name"])
def test_a_proven_token_is_not_believed_without_its_key(
    tmp_path: Path, left: list[dict[str, Any]]
) -> None:
    path, clock = tmp_path / "keys.json", [0.0]
    written(path, public_keys([CENTRE])["keys"])
    keys = KeyFile(str(path), clock=lambda: clock[0])
    tokens = TokenVerifier(keys, "intake", clock=lambda: NOW)
    token = bearer(CLAIMS)
    assert tokens.identify(token).subject == "an"
    os.utime(written(path, public_keys(left)["keys"]), ns=(1, 1))
    clock[0] = auth.LOOK_AGAIN_SECONDS
    with pytest.raises(Unknown):
        tokens.identify(token)


def test_what_a_proven_token_may_do_follows_its_key(tmp_path: Path) -> None:
    path, clock = tmp_path / "keys.json", [0.0]
    [centre] = public_keys([CENTRE])["keys"]
    written(path, [centre])
    keys = KeyFile(str(path), clock=lambda: clock[0])
    tokens = TokenVerifier(keys, "intake", clock=lambda: NOW)
    token = bearer(CLAIMS)
    assert tokens.identify(token).scopes == {"dossier:submit", "dossier:read"}
    os.utime(written(path, [centre | {"scope": "dossier:read"}]), ns=(1, 1))
    clock[0] = auth.LOOK_AGAIN_SECONDS
    assert tokens.identify(token).scopes == {"dossier:read"}


def test_only_so_many_proven_tokens_are_remembered(key_file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(auth, "MOST_PROVEN", 2)
    tokens = TokenVerifier(KeyFile(str(key_file)), "intake", clock=lambda: NOW)
    for subject in ("an", "binh", "chi", "an"):
        assert tokens.identify(bearer(CLAIMS | {"sub": subject})).subject == subject
    assert len(vars(vars(tokens)["_proven"])["_known"]) == 2


def test_a_private_part_in_the_key_file_is_not_kept() -> None:
    keys = auth.read_keys(json.dumps({"keys": [CENTRE]}).encode())
    assert not keys["centre"].key.is_private
