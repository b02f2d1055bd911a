"""What the journey says of its malware and its signature, as the documents service shows them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from cli import language
from cli.journey.safeguards import quarantine_in_words, signature_in_words
from cli.journey.sample_pdf import pdf
from foundation.pdf import signature_worker
from foundation.pdf.throw_away_signature import ORGANISATION, SIGNER, signed


@pytest.fixture(params=["vi", "en"], name="lang")
def _lang(request: pytest.FixtureRequest) -> Iterator[str]:
    before = language.language()
    language.set_language(request.param)
    yield request.param
    language.set_language(before)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("quarantined", {"vi": "bị cách ly (Eicar)", "en": "quarantined (Eicar)"}),
        ("received", {"vi": "không có trình quét", "en": "no scanner here"}),
    ],
)
def test_malware_is_quarantined_or_it_is_said_that_nothing_scans(
    lang: str, state: str, said: dict[str, str]
) -> None:
    document = {"state": state, "scan": {"finding": "Eicar"}}
    assert said[lang] in quarantine_in_words(document)


def test_the_sample_is_signed_and_its_signature_is_read(lang: str) -> None:
    now = datetime.now(UTC)
    read = signature_worker.report(BytesIO(signed(pdf("Giấy", "Đã ký."))), "", now)
    (signature,) = read["signatures"]
    assert (signature["signer"], signature["organisation"]) == (SIGNER, ORGANISATION)
    assert signature["content"] == "whole"
    assert signature["chain"] != "known", "it is certified by nobody but itself"
    shown: dict[str, Any] = signature | {"claimed": now.isoformat()}
    words = signature_in_words({"state": "read", "trouble": "", "signatures": [shown]})
    assert words.startswith(f"{SIGNER}, {ORGANISATION}, ")
    assert {"vi": "chứng thư tự cấp", "en": "no known authority"}[lang] in words


def test_a_signature_that_cannot_be_read_says_why() -> None:
    found = {"state": "not_readable", "trouble": "damaged", "signatures": []}
    assert signature_in_words(found) == "not_readable damaged"
