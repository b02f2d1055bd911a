"""The signatures of a PDF: what is said of each way in which they hold or do not."""

import os
import socket
import sys
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from foundation.files.pdf import may_be_signed
from foundation.files.signature_report import (
    MOST_SIGNATURES,
    PdfSignature,
    ReportVerdict,
    SignatureReport,
    SignedContent,
    SignerChain,
    TimeStampTrust,
    read_report,
)
from foundation.pdf import signature_reader, signature_worker
from foundation.pdf.signature_reader import read_signatures, trusted_roots
from foundation.settings import SettingsError
from tests.signed_pdf import (
    NOW,
    YEAR,
    authority,
    byte_changed,
    locked,
    page_changed,
    plain,
    signed,
)

ROOTS = authority().pem
OFFICER = authority().certify("Nguyễn Văn Đức")
SIGNED = signed(plain(), OFFICER)


def report(pdf: bytes, roots: str = ROOTS) -> SignatureReport:
    """As the child process makes it, in this process."""
    import json  # noqa: PLC0415

    said = signature_worker.report(BytesIO(pdf), roots, NOW)
    return read_report(json.dumps(said, default=str).encode())


def only(pdf: bytes, roots: str = ROOTS) -> PdfSignature:
    (found,) = report(pdf, roots).signatures
    return found


def test_a_valid_signature_says_who_when_and_by_whose_word() -> None:
    found = only(SIGNED)
    assert (found.signer, found.organisation) == ("Nguyễn Văn Đức", "Sở Xây dựng")
    assert (found.issuer, found.field) == ("Throw-away root", "Signature1")
    assert (found.content, found.chain, found.valid) == (
        SignedContent.WHOLE,
        SignerChain.KNOWN,
        True,
    )
    assert found.claimed is not None
    assert abs(found.claimed - NOW) < timedelta(minutes=10)
    assert (found.stamped, found.stamp, found.trouble) == (None, TimeStampTrust.NONE, "")


def test_a_time_stamp_is_told_from_the_signers_own_clock() -> None:
    found = only(signed(plain(), OFFICER, stamped=True))
    assert found.stamp is TimeStampTrust.KNOWN
    assert found.stamped is not None
    assert only(signed(plain(), OFFICER, stamped=True), "").stamp is TimeStampTrust.UNKNOWN


def test_a_byte_changed_in_its_place_breaks_the_signature() -> None:
    found = only(byte_changed(SIGNED))
    assert (found.content, found.valid, found.signer) == (
        SignedContent.BROKEN,
        False,
        "Nguyễn Văn Đức",
    )


def test_a_page_changed_by_an_update_is_a_change_after_signing() -> None:
    found = only(page_changed(SIGNED))
    assert (found.content, found.chain, found.valid) == (
        SignedContent.CHANGED,
        SignerChain.KNOWN,
        False,
    )


def test_two_signatures_are_both_valid_and_the_first_is_extended() -> None:
    second = authority().certify("Trần Thị Hạnh")
    one, two = report(signed(SIGNED, second, field="Signature2")).signatures
    assert (one.content, two.content) == (SignedContent.EXTENDED, SignedContent.WHOLE)
    assert (one.valid, two.valid) == (True, True)
    assert (one.signer, two.signer) == ("Nguyễn Văn Đức", "Trần Thị Hạnh")


@pytest.mark.parametrize("roots", ["", authority("Another root").pem])
def test_a_signer_whom_no_root_knows_has_an_unknown_chain(roots: str) -> None:
    found = only(SIGNED, roots)
    assert (found.content, found.chain, found.valid) == (
        SignedContent.WHOLE,
        SignerChain.UNKNOWN,
        False,
    )


def test_a_root_of_the_same_name_with_another_key_is_not_the_root() -> None:
    other = authority.__wrapped__("Throw-away root")
    assert not only(SIGNED, other.pem).valid


def test_a_certificate_that_expired_since_is_expired_unless_a_stamp_proves_the_time() -> None:
    # Signed now by the clock of the signer, and read when the certificate is over.
    short = authority().certify("Nguyễn Văn Đức", until=NOW + timedelta(days=1))
    later = NOW + timedelta(days=30)

    def chain(pdf: bytes) -> SignerChain:
        said = signature_worker.report(BytesIO(pdf), ROOTS, later)
        return SignerChain(said["signatures"][0]["chain"])

    assert chain(signed(plain(), short)) is SignerChain.EXPIRED
    assert chain(signed(plain(), short, stamped=True)) is SignerChain.KNOWN


def test_a_certificate_that_was_over_when_it_was_used_is_invalid() -> None:
    over = authority().certify("Nguyễn Văn Đức", since=NOW - 3 * YEAR, until=NOW - 2 * YEAR)
    assert only(signed(plain(), over)).chain is SignerChain.INVALID


def test_a_file_that_opens_for_everybody_is_read_though_it_is_encrypted() -> None:
    found = only(signed(locked(), OFFICER, owners_word="chu"))
    assert (found.content, found.chain) == (SignedContent.WHOLE, SignerChain.KNOWN)


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 /ByteRange %%EOF",
        SIGNED[:-400],
        SIGNED[: len(SIGNED) // 2],
        b"%PDF-1.7\n" + b"[" * 200_000 + b"\n%%EOF",
        b"",
    ],
)
def test_what_is_damaged_is_said_to_be_unreadable_and_raises_nothing(body: bytes) -> None:
    found = report(body)
    assert found.signatures == () or not any(each.valid for each in found.signatures)
    if found.verdict is ReportVerdict.NOT_READABLE:
        assert found.trouble.startswith(("damaged", "too_large"))


def test_a_signature_that_is_garbage_hides_no_other() -> None:
    both = signed(SIGNED, OFFICER, field="Signature2")
    at = both.index(b"/Contents <") + len(b"/Contents <")
    one, two = report(both[:at] + b"ff" * 40 + both[at + 80 :]).signatures
    assert one.content is SignedContent.NOT_CHECKED
    assert one.trouble.startswith("damaged")
    assert two.signer == "Nguyễn Văn Đức"


def test_a_kind_of_signature_that_is_not_known_is_shown_as_not_checked() -> None:
    found = only(SIGNED.replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.ancient!"))
    assert (found.content, found.chain) == (SignedContent.NOT_CHECKED, SignerChain.NOT_CHECKED)
    assert found.trouble == "kind: /adbe.pkcs7.ancient!"


def test_the_child_process_says_the_same() -> None:
    assert read_signatures([SIGNED], ROOTS, NOW) == report(SIGNED)


def test_nobody_is_asked_over_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/crl"
        found = read_signatures(
            [signed(plain(), authority().certify("A", addresses=address))], ROOTS, NOW
        )
        assert found.signatures[0].valid
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_child_that_is_too_slow_is_ended_and_said_to_be() -> None:
    began = time.monotonic()
    found = read_signatures([SIGNED], ROOTS, NOW, within=0.05)
    assert found == SignatureReport(ReportVerdict.FAILED, trouble="too_slow")
    assert time.monotonic() - began < 5


def test_a_file_that_eats_memory_fails_in_the_child_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 28,) * 2); b'1' * (1<<30)"
    command = (sys.executable, "-c", bomb)
    monkeypatch.setattr(signature_reader, "_COMMAND", command)
    found = read_signatures([SIGNED], ROOTS, NOW)
    assert (found.verdict, found.trouble) == (ReportVerdict.FAILED, "died")


def test_a_huge_file_is_read_within_the_bounds() -> None:
    found = read_signatures([signed(plain(os.urandom(24_000_000)), OFFICER)], ROOTS, NOW)
    assert found.verdict is ReportVerdict.READ
    assert found.signatures[0].valid


def test_no_more_signatures_are_kept_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signature_worker, "MOST_SIGNATURES", 1)
    found = report(signed(SIGNED, OFFICER, field="Signature2"))
    assert (len(found.signatures), found.more) == (1, True)
    assert MOST_SIGNATURES == 50


@pytest.mark.parametrize("place", [0, 1000, 256 * 1024 - 5, 256 * 1024, 600_000])
@pytest.mark.parametrize("mark", [b"/ByteRange", b"/#42yteRang#65", b"/B#79te#52ange"])
def test_the_mark_of_a_signature_is_found_wherever_it_stands(place: int, mark: bytes) -> None:
    stream = BytesIO(b"x" * place + mark + b"y" * 100)
    assert may_be_signed(stream)
    assert stream.tell() == 0


def test_a_file_without_signatures_has_no_mark() -> None:
    assert not may_be_signed(BytesIO(plain()))
    assert may_be_signed(BytesIO(SIGNED))


def test_the_trusted_roots_are_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text(ROOTS)
    (tmp_path / "b.pem").write_text(authority("Another root").pem)
    (tmp_path / "README.md").write_text("what these are")
    assert trusted_roots(str(tmp_path)).count("BEGIN CERTIFICATE") == 2
    assert trusted_roots("") == ""
    assert only(SIGNED, trusted_roots(str(tmp_path))).valid


def test_a_root_that_is_none_stops_the_start_and_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "wrong.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match=r"wrong\.pem"):
        trusted_roots(str(tmp_path))
    with pytest.raises(SettingsError, match="no folder"):
        trusted_roots(str(tmp_path / "nowhere"))
