"""The catalogue on a real socket over stores in memory: `python -m …catalogue_served`.

The argument is that of `served`. One procedure is in force and has a newer draft.
"""

from foundation.runtime.patch import patch

patch()

from types import SimpleNamespace  # noqa: E402 -- nothing before the patch

from services.catalogue.service import Catalogue  # noqa: E402 -- nothing before the patch
from tests.builders import AGENCIES  # noqa: E402 -- nothing before the patch
from tests.fakes import FakeClock, FakeConnectedAgencies  # noqa: E402
from tests.integration.doors_served import doors_of  # noqa: E402 -- nothing before the patch
from tests.integration.served import serve  # noqa: E402 -- nothing before the patch
from tests.unit.test_catalogue_service import CONTENT, FakeListings, Office  # noqa: E402


def doors() -> type:
    """The catalogue's doors over what an office of the unit tests has."""
    office = Office()
    office.publish("1.013236")
    office.service.draft(office.request(CONTENT | {"name": "Bản nháp mới"}), "1.013236")
    return doors_of(
        Catalogue,
        settings=SimpleNamespace(agencies=AGENCIES),
        connected_agencies=FakeConnectedAgencies(),
        clock=FakeClock(),
        procedures=office.procedures,
        listings=FakeListings(office.procedures),
        codes=None,
    )


if __name__ == "__main__":
    serve(doors())
