"""Signatures of Standard Webhooks: its own library and cryptography agree with what we sign."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from foundation.outbound.signing import ED25519, HMAC, new_key, signature_headers

BODY = json.dumps({"tên": "hồ sơ"}, ensure_ascii=False).encode()


def now() -> datetime:
    return datetime.now(UTC)


def verify_ed25519(public: str, headers: dict[str, str], body: bytes) -> None:
    """As the specification says; raises InvalidSignature unless one of the signatures is right."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    last = InvalidSignature()
    for each in headers["webhook-signature"].split():
        version, _, signature = each.partition(",")
        if version == "v1a":
            try:
                return key.verify(base64.b64decode(signature), text)
            except InvalidSignature as error:
                last = error
    raise last


def test_the_official_library_verifies_an_hmac_signature() -> None:
    key = new_key(HMAC)
    headers = signature_headers([key.secret], "msg_1", now(), BODY)
    assert Webhook(key.secret).verify(BODY, headers) == json.loads(BODY)
    assert key.public == ""


def test_both_secrets_verify_while_one_replaces_the_other() -> None:
    new, old, other = new_key(HMAC), new_key(HMAC), new_key(HMAC)
    headers = signature_headers([new.secret, old.secret], "msg_1", now(), BODY)
    for each in (new, old):
        Webhook(each.secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other.secret).verify(BODY, headers)


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "body"])
def test_a_change_is_noticed(change: str) -> None:
    key, pair = new_key(HMAC), new_key(ED25519)
    headers = signature_headers([pair.secret, key.secret], "msg_1", now(), BODY)
    verify_ed25519(pair.public, headers, BODY)
    Webhook(key.secret).verify(BODY, headers)
    body = BODY
    if change == "body":
        body += b" "
    elif change == "webhook-id":
        headers[change] = "msg_2"
    else:
        headers[change] = str(int(headers[change]) + 1)
    with pytest.raises(InvalidSignature):
        verify_ed25519(pair.public, headers, body)
    with pytest.raises(WebhookVerificationError):
        Webhook(key.secret).verify(body, headers)


def test_an_old_message_cannot_be_played_again() -> None:
    key = new_key(HMAC)
    headers = signature_headers([key.secret], "msg_1", now() - timedelta(minutes=6), BODY)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(key.secret).verify(BODY, headers)


def test_keys_are_spelled_as_the_specification_has_it() -> None:
    pair, shared = new_key(ED25519), new_key(HMAC)
    assert pair.secret.startswith("whsk_")
    assert pair.public.startswith("whpk_")
    assert shared.secret.startswith("whsec_")
    assert len(base64.b64decode(shared.secret.removeprefix("whsec_"))) == 32
    assert new_key(ED25519) != pair
