"""What `motcua up` offers to try: a procedure with a fee and an electronic form, once per folder.

It is an example beside the data of the catalogue (`catalogue-data/examples/paid-online.json`),
by a code that no procedure has, so that an import of the real ones leaves it alone, and is
published by the importer. What somebody published under its code before is left alone, and so is
what they did to it since.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cli.embedded import identity_provider
from cli.embedded.data_folder import ROOT, DataFolder
from cli.errors import CliError
from cli.language import localized
from cli.local_platform import LocalPlatform

if TYPE_CHECKING:
    import httpx

FILE = ROOT / "catalogue-data" / "examples" / "paid-online.json"
PROCEDURE = "9.000001"
AGENCY = "so-ke-hoach-dau-tu"
"""Who decides on it: one of the agencies that every platform of a machine has."""
_OFFERED = "offered.json"


def offer(
    platform: LocalPlatform, catalogue: Callable[[DataFolder], "httpx.Client"] | None = None
) -> None:
    """Publish the example if this folder has never had it and its agency has a desk here.

    `catalogue` opens a client of the catalogue; that of the platform by default.

    Raises:
        CliError: the catalogue does not answer, or does not take it; a later start tries again.
    """
    if platform.folder.read(_OFFERED) or all(each.code != AGENCY for each in platform.agencies):
        return
    # Imported only when needed: the catalogue's rules and schemas take half a second.
    from cli.catalogue.csv_and_json import known_beside, rows_of  # noqa: PLC0415
    from cli.catalogue.importer import ImportStatus, import_row, is_in_force, open_catalogue  # noqa: PLC0415

    with (catalogue or open_catalogue)(platform.folder) as client:
        if not is_in_force(client, PROCEDURE):
            ((line, row),) = rows_of(FILE)
            done = import_row(client, line, row, known_beside(FILE))
            if done.status not in (ImportStatus.PUBLISHED, ImportStatus.UNCHANGED):
                raise CliError(
                    f"Không công bố được thủ tục dùng thử {PROCEDURE}: {done.reason}",
                    f"The procedure {PROCEDURE} to try could not be published: {done.reason}",
                )
    platform.folder.write(_OFFERED, {"procedure": PROCEDURE})


def told(platform: LocalPlatform, pages: str) -> Iterator[str]:
    """Where a person finds it, and who decides on it; nothing where it was never offered."""
    if not platform.folder.read(_OFFERED):
        return
    apply, desk = f"{pages}/apply/for/{PROCEDURE}", f"{pages}/desks/{AGENCY}/work"
    yield localized(
        f"Thử nộp hồ sơ có phí và tờ khai điện tử: {apply}",
        f"To try a dossier with a fee and an electronic form: {apply}",
    )
    officer = next(each for each in identity_provider.PEOPLE if each.get("agency") == AGENCY)
    yield localized(
        f"  {officer['name']} – cán bộ giải quyết: {desk}",
        f"  {officer['name']} – the officer who decides on it: {desk}",
    )
