"""The child process of foundation.pdf.signature_reader: one PDF in, one report out, then it ends.

Standard input has a head (the trusted roots, the moment) and then the file to its end. Nothing is
fetched: a certificate is revoked if what is embedded in the file says so. Memory and time are
bounded by the system, whatever the file makes a library do.
"""

import json
import logging
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import ades
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel, SignatureStatus
from pyhanko_certvalidator import ValidationContext

from foundation.files.signature_report import (
    LONGEST_TEXT,
    MOST_SIGNATURES,
    PdfSignature,
    SignedContent,
    SignerChain,
    TimeStampTrust,
)
from foundation.pdf import framing
from foundation.worktime import HO_CHI_MINH

NICENESS = 5
MOST_MEMORY = 512 * 1024 * 1024
"""Of addresses: the libraries take half of it before the first file."""
MOST_CPU_SECONDS = 15

_CHAINS = {
    "EXPIRED": SignerChain.EXPIRED,
    "NOT_YET_VALID": SignerChain.EXPIRED,
    "OUT_OF_BOUNDS_NO_POE": SignerChain.EXPIRED,
    "OUT_OF_BOUNDS_NOT_REVOKED": SignerChain.EXPIRED,
    "REVOKED": SignerChain.REVOKED,
    "REVOKED_NO_POE": SignerChain.REVOKED,
    "REVOKED_CA_NO_POE": SignerChain.REVOKED,
    "NO_CERTIFICATE_CHAIN_FOUND": SignerChain.UNKNOWN,
    "CRYPTO_CONSTRAINTS_FAILURE": SignerChain.WEAK,
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": SignerChain.WEAK,
}


def main() -> None:
    """Read one file, say what was found, and end."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    logging.disable(logging.CRITICAL)
    orders = os.fdopen(0, "rb")
    head = json.loads(orders.read(int.from_bytes(orders.read(framing.SIZE), "big")))
    with TemporaryFile() as file:
        shutil.copyfileobj(orders, file)
        said = report(file, head["roots"], datetime.fromisoformat(head["moment"]))
    answer = json.dumps(said, default=str).encode()
    with os.fdopen(1, "wb") as answers:
        answers.write(answer)


def report(file: IO[bytes], roots: str, now: datetime) -> dict[str, Any]:
    """The signatures of a file as plain values, or why they cannot be read."""
    reading = _Reading([x509.Certificate.load(der) for der in _ders(roots.encode())], now)
    try:
        rows = list(islice(reading.rows(file), MOST_SIGNATURES + 1))
    except MemoryError:
        return _not_readable("too_large")
    except Exception as error:  # noqa: BLE001 -- what a stranger's file makes a library raise
        return _not_readable(f"damaged: {type(error).__name__}")
    return {
        "verdict": "read",
        "signatures": [asdict(each) for each in rows[:MOST_SIGNATURES]],
        "trouble": "",
        "more": len(rows) > MOST_SIGNATURES,
    }


def _not_readable(trouble: str) -> dict[str, Any]:
    return {"verdict": "not_readable", "signatures": [], "trouble": trouble, "more": False}


def _ders(bundle: bytes) -> Iterator[bytes]:
    if bundle:
        yield from (der for _, _, der in pem.unarmor(bundle, multiple=True))


@dataclass(frozen=True)
class _Reading:
    """How signatures are judged: by which roots, at which moment."""

    roots: list[Any]
    now: datetime

    def rows(self, file: IO[bytes]) -> Iterator[PdfSignature]:
        """Each signature of the file, in the order of its fields."""
        reader = PdfFileReader(file, strict=False)
        if reader.encrypted and reader.decrypt("").status is AuthStatus.FAILED:
            raise PermissionError
        for name, value, field in enumerate_sig_fields(reader, filled_status=True):
            found = PdfSignature(field=_short(name))
            try:
                yield self._row(EmbeddedPdfSignature(reader, field, name), found)
            except SignatureValidationError:
                yield replace(found, trouble=f"kind: {_kind(value)}")
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 -- one damaged signature hides no other
                yield replace(found, trouble=f"damaged: {type(error).__name__}")

    def _row(self, signature: EmbeddedPdfSignature, found: PdfSignature) -> PdfSignature:
        if signature.sig_object_type == "/DocTimeStamp":
            return self._time_stamp(signature, found)
        status: Any = validate_pdf_signature(
            signature, self._context(signature, self.now), key_usage_settings=_usage()
        )
        stamp = status.timestamp_validity
        found = replace(
            found,
            **_signer(status.signing_cert),
            claimed=_aware(status.signer_reported_dt),
            stamped=stamp.timestamp if stamp else None,
            stamp=_stamp_trust(stamp) if stamp else TimeStampTrust.NONE,
            **_content(status),
        )
        chain = _chain(status)
        if chain is SignerChain.EXPIRED:
            chain = self._when_signed(signature, found)
        return replace(found, chain=chain)

    def _time_stamp(self, signature: EmbeddedPdfSignature, found: PdfSignature) -> PdfSignature:
        status: Any = validate_pdf_timestamp(signature, self._context(signature, self.now))
        return replace(
            found,
            time_stamp=True,
            **_signer(status.signing_cert),
            stamped=status.timestamp,
            stamp=_stamp_trust(status),
            chain=_chain(status),
            **_content(status),
        )

    def _when_signed(self, signature: EmbeddedPdfSignature, found: PdfSignature) -> SignerChain:
        """Of a certificate not valid now: whether it was, at the time that is known or claimed."""
        proven = found.stamp is TimeStampTrust.KNOWN
        moment = found.stamped if proven else found.claimed
        if moment is None or moment > self.now:
            return SignerChain.INVALID
        context = self._context(signature, moment)
        status: Any = validate_pdf_signature(
            signature, context, key_usage_settings=_usage(), skip_diff=True
        )
        then = _chain(status)
        if then is SignerChain.KNOWN:
            return SignerChain.KNOWN if proven else SignerChain.EXPIRED
        return SignerChain.INVALID if then is SignerChain.EXPIRED else then

    def _context(self, signature: EmbeddedPdfSignature, moment: datetime) -> ValidationContext:
        asked: dict[str, Any] = {
            "trust_roots": self.roots,
            "allow_fetching": False,
            "moment": moment,
            "best_signature_time": moment,
            "revocation_mode": "soft-fail",
        }
        with suppress(NoDSSFoundError):
            return DocumentSecurityStore.read_dss(signature.reader).as_validation_context(asked)
        return ValidationContext(**asked)


def _usage() -> KeyUsageConstraints:
    """A key that signs: either use will do, as those of the authorities in Viet Nam have it."""
    return KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})


def _content(status: Any) -> dict[str, Any]:
    if not (status.intact and status.valid):
        return {"content": SignedContent.BROKEN}
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return {"content": SignedContent.WHOLE}
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return {"content": SignedContent.CHANGED, "trouble": "covers only a part of the file"}
    harmless = getattr(status, "docmdp_ok", True) is not False
    known = status.modification_level is not ModificationLevel.OTHER
    return {"content": SignedContent.EXTENDED if harmless and known else SignedContent.CHANGED}


def _chain(status: SignatureStatus) -> SignerChain:
    """What holds of the certificate alone: a broken signature may be of a known signer."""
    if status.revoked:
        return SignerChain.REVOKED
    problem = status.trust_problem_indic
    if problem is not None and problem is not ades.report.AdESPassed.OK:
        return _CHAINS.get(problem.standard_name, SignerChain.INVALID)
    return SignerChain.KNOWN if status.validation_path is not None else SignerChain.NOT_CHECKED


def _stamp_trust(status: SignatureStatus) -> TimeStampTrust:
    if not (status.intact and status.valid):
        return TimeStampTrust.BROKEN
    return TimeStampTrust.KNOWN if status.trusted else TimeStampTrust.UNKNOWN


def _signer(certificate: Any) -> dict[str, Any]:
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return {
        "signer": _short(subject.get("common_name", "")),
        "organisation": _short(subject.get("organization_name", "")),
        "issuer": _short(issuer.get("common_name") or issuer.get("organization_name", "")),
        "serial": f"{certificate.serial_number:x}"[:LONGEST_TEXT],
        "certificate": certificate.sha256.hex(),
    }


def _short(text: object) -> str:
    """A stranger's text as it may be shown and kept: one line, bounded; a name may be a list."""
    said = ", ".join(map(str, text)) if isinstance(text, list) else str(text)
    return "".join(each if each.isprintable() else " " for each in said)[:LONGEST_TEXT]


def _kind(value: Any) -> str:
    return _short(value.get_object().get("/SubFilter", "?"))


def _aware(moment: datetime | None) -> datetime | None:
    """A signer may give a time without its zone; it is taken for that of Viet Nam."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=HO_CHI_MINH)


if __name__ == "__main__":
    main()
