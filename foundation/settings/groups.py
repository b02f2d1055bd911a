"""Groups of settings for parts of the foundation that only some services use.

A service takes a group by naming it as a base of its settings class:
`class RoutingSettings(AgencySettings, UrgingSettings)`. So what two services share stands once.
"""

from dataclasses import dataclass

from foundation.settings.environment import Settings, setting


@dataclass(frozen=True, kw_only=True)
class AgencySettings(Settings):
    """For a service that each agency runs for itself (`per_agency`), alone or in a shared process.

    Read by everything that names a queue or a source, and by `foundation.runtime.multi_tenant`.
    """

    agency: str = setting("code of the agency whose desk this is")
    hosted: str = setting(
        "path of a folder with settings CODE.env of several agencies, whose desks share this "
        "process; then what is an agency's own stands there alone",
        default="",
    )


@dataclass(frozen=True, kw_only=True)
class AgencyListSettings(Settings):
    """For services that are given codes of agencies; read by `foundation.settings.agency_list`."""

    agencies: str = setting(
        "path of agencies.json: the agencies that take messages, and their names on pages; empty "
        "shows codes and checks none",
        default="catalogue-data/agencies.json",
    )
    agency_names: str = setting(
        "path of agency-names.json: the codes of all agencies of the administration by the words "
        "that stand for them",
        default="catalogue-data/agency-names.json",
    )


@dataclass(frozen=True, kw_only=True)
class UploadSettings(Settings):
    """For services that take files, or ask for them; read by `foundation.web.limits`."""

    largest_upload: int = setting(
        "how many MB a file may have at most, whatever its procedure allows; more than 25 lets in "
        "what procedures allow beyond it",
        default="25",
    )


@dataclass(frozen=True, kw_only=True)
class ObjectStoreSettings(Settings):
    """For a service that keeps files; read by `foundation.persistence.object_store`."""

    s3_url: str = setting("http(s)://host:port of the object store", neighbour="files")
    s3_access_key: str = setting("key id for the object store", secret=True)
    s3_secret_key: str = setting("key for the object store", secret=True)
    s3_bucket: str = setting("bucket the files are kept in", default="motcua")
    s3_readers_url: str = setting(
        "https://host[:port] at which readers reach the object store, to be sent there by a signed "
        "address of two minutes; empty has the service itself send every file",
        default="",
    )


@dataclass(frozen=True, kw_only=True)
class ScannerSettings(Settings):
    """For a service that has files scanned for malware; read by `foundation.files.scanner`."""

    scanner_url: str = setting(
        "tcp://host:port or unix:///path of ClamAV's daemon, which scans files for malware; "
        "empty scans none, which the readiness page says",
        default="",
    )
    without_scanner: str = setting(
        "what becomes of documents while SCANNER_URL is empty: pass (they are marked as not "
        "scanned) or wait (nobody reads them, and no dossier is full with them)",
        default="pass",
    )


@dataclass(frozen=True, kw_only=True)
class PageSettings(Settings):
    """For a service with pages; read by `foundation.web.page_routes` and `foundation.sign_in`."""

    public_url: str = setting(
        "https://… that people reach the pages at; sign-in comes back to it",
        default="http://127.0.0.1:8000",
    )
    session_keys: str = setting(
        "path of the JWKS file with the keys that seal sessions, the newest first; empty lets "
        "nobody sign in at a page",
        default="",
    )
    identity_providers: str = setting(
        "path of identity-providers.json: where people sign in, and which rights roles give",
        default="",
    )


@dataclass(frozen=True, kw_only=True)
class UrgingSettings(Settings):
    """For services that tell somebody of late work; read by `foundation.scheduling`."""

    urging: str = setting(
        "path of urging.csv, the rules by which late work is told to whom",
        default="catalogue-data/urging.csv",
    )


@dataclass(frozen=True, kw_only=True)
class RetentionSettings(Settings):
    """For a service that removes what was kept for its term; read by `foundation.retention`."""

    retention: str = setting(
        "path of retention.csv, the rules by which files, and what names a person in feedback, are "
        "removed at the end of their term; empty keeps everything",
        default="catalogue-data/retention.csv",
    )


@dataclass(frozen=True, kw_only=True)
class VaultSettings(Settings):
    """For a service that keeps what nobody may read in its database; read by `foundation.vault`."""

    vault_keys: str = setting(
        "path of the file with the master keys of the vault (`motcua vault-key` makes it), one of "
        "its own for each service; empty keeps it closed: feedback takes no denunciation by the "
        "API, and subscriptions makes no key to sign webhooks with",
        default="",
    )
