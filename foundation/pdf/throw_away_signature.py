"""Signs a PDF by a certificate that is made for it and thrown away: to try out how one is read.

No authority knows the certificate. Importing this takes a second.
"""

from datetime import UTC, datetime, timedelta
from io import BytesIO

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko_certvalidator.registry import SimpleCertificateStore

SIGNER, ORGANISATION = "Trần Văn Ký", "Sở Xây dựng"
_HOLDS = timedelta(days=1)
_USAGES = "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
_NO_USAGES = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")


def signed(pdf: bytes) -> bytes:
    """The PDF with a signature, appended as an incremental update."""
    certificate, key = _own_certificate()
    store = SimpleCertificateStore.from_certs([certificate])
    signer = SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=store)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Signature1"))
    said, out = PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256"), BytesIO()
    PdfSigner(said, signer=signer).sign_pdf(writer, output=out)
    return out.getvalue()


def _own_certificate() -> tuple[asn1.Certificate, keys.PrivateKeyInfo]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, SIGNER),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
        ]
    )
    signs = {"digital_signature", "content_commitment"}
    usage = x509.KeyUsage(**{each: each in signs for each in (*_USAGES.split(), *_NO_USAGES)})
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _HOLDS)
        .not_valid_after(now + _HOLDS)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_bytes(serialization.Encoding.DER)
    return asn1.Certificate.load(public), keys.PrivateKeyInfo.load(private)
