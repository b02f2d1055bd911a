"""PDFs signed by a throw-away authority, and the ways in which their signatures go wrong."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Authority:
    """A root that certifies signers and time stamps."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        """As it lies in the folder of trusted roots."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def certify(
        self,
        name: str,
        *,
        since: datetime = NOW - YEAR,
        until: datetime = NOW + YEAR,
        addresses: str = "",
        stamps: bool = False,
    ) -> tuple[asn1.Certificate, keys.PrivateKeyInfo]:
        """A certificate and its key; `addresses` is where one could ask for revocations."""
        key: Key = rsa.generate_private_key(65537, 2048) if stamps else _key()
        made = _builder(name, self.certificate.subject, key, since, until).add_extension(
            _usage(signs=True), critical=True
        )
        if stamps:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            made = made.add_extension(usage, critical=True)
        if addresses:
            made = _with_addresses(made, addresses)
        return _loaded(made.sign(self.key, hashes.SHA256()), key)


@cache
def authority(name: str = "Throw-away root") -> Authority:
    """A root of that name; the same for one name."""
    key = _key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = _builder(name, subject, key, NOW - 10 * YEAR, NOW + 10 * YEAR, organisation="")
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    made = made.add_extension(_usage(signs=False), critical=True)
    return Authority(made.sign(key, hashes.SHA256()), key)


def plain(filled: bytes = b"") -> bytes:
    """A PDF without signatures; its page holds `filled`."""
    pdf, out = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.pages[0].Contents = pdf.make_stream(filled)
    pdf.save(out)
    return out.getvalue()


def locked() -> bytes:
    """A PDF that opens for everybody, and may not be printed or changed."""
    out = BytesIO()
    with pikepdf.open(BytesIO(plain())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="chu", user="", R=6))
    return out.getvalue()


def signed(
    pdf: bytes,
    by: tuple[Any, Any],
    *,
    field: str = "Signature1",
    root: Authority | None = None,
    stamped: bool = False,
    owners_word: str | None = None,
) -> bytes:
    """The PDF with one more signature, appended as an incremental update."""
    known = root or authority()
    store = SimpleCertificateStore.from_certs([_asn1(known.certificate)])
    signer = SimpleSigner(signing_cert=by[0], signing_key=by[1], cert_registry=store)
    stamper = None
    if stamped:
        stamp, key = known.certify("Throw-away time stamps", stamps=True)
        stamper = DummyTimeStamper(stamp, key, certs_to_embed=store)
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if owners_word is not None:
        writer.encrypt(owners_word)
    append_signature_field(writer, SigFieldSpec(field))
    meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    out = BytesIO()
    PdfSigner(meta, signer=signer, timestamper=stamper).sign_pdf(writer, output=out)
    return out.getvalue()


def page_changed(pdf: bytes) -> bytes:
    """The PDF with another page content, appended as an incremental update."""
    writer, out = IncrementalPdfFileWriter(BytesIO(pdf), strict=False), BytesIO()
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = _number(180)
    writer.update_container(page)
    writer.write(out)
    return out.getvalue()


def byte_changed(pdf: bytes) -> bytes:
    """The PDF with one byte of what was signed changed in its place."""
    at = pdf.index(b"MediaBox") + pdf[pdf.index(b"MediaBox") :].index(b"612")
    return pdf[:at] + b"613" + pdf[at + 3 :]


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _number(value: int) -> Any:
    from pyhanko.pdf_utils.generic import NumberObject  # noqa: PLC0415 -- of this one change

    return NumberObject(value)


def _builder(
    name: str,
    issuer: x509.Name,
    key: Key,
    since: datetime,
    until: datetime,
    organisation: str = "Sở Xây dựng",
) -> x509.CertificateBuilder:
    said = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        said.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(said))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    named = "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
    names = [*named.split(), "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
    has = {"digital_signature", "content_commitment"} if signs else {"key_cert_sign", "crl_sign"}
    return x509.KeyUsage(**{name: name in has for name in names})


def _with_addresses(made: x509.CertificateBuilder, address: str) -> x509.CertificateBuilder:
    at = [x509.UniformResourceIdentifier(address)]
    point = x509.DistributionPoint(full_name=at, relative_name=None, reasons=None, crl_issuer=None)
    asks = x509.AccessDescription(x509.oid.AuthorityInformationAccessOID.OCSP, at[0])
    return made.add_extension(x509.CRLDistributionPoints([point]), critical=False).add_extension(
        x509.AuthorityInformationAccess([asks]), critical=False
    )


def _loaded(
    certificate: x509.Certificate, key: Key
) -> tuple[asn1.Certificate, keys.PrivateKeyInfo]:
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _asn1(certificate), keys.PrivateKeyInfo.load(der)


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
