"""A desk on a real socket over stores in memory: `python -m tests.integration.desk_served`.

The argument is that of `served`. `tests.laid_out_desk` says what lies on it and who works there.
"""

from foundation.runtime.patch import patch

patch()

from types import SimpleNamespace  # noqa: E402 -- nothing before the patch

from services.routing.service import Routing  # noqa: E402 -- nothing before the patch
from tests.builders import AGENCIES  # noqa: E402 -- nothing before the patch
from tests.desks import OURS, OurDesk  # noqa: E402 -- nothing before the patch
from tests.fakes import FakeRulebook  # noqa: E402 -- nothing before the patch
from tests.integration.doors_served import doors_of  # noqa: E402 -- nothing before the patch
from tests.integration.served import serve  # noqa: E402 -- nothing before the patch
from tests.laid_out_desk import desk  # noqa: E402 -- nothing before the patch


def doors(laid_out: OurDesk) -> type:
    """The desk's doors over what `desk` laid out; denials are recorded with its readings."""
    return doors_of(
        Routing,
        settings=SimpleNamespace(agency=OURS, agencies=AGENCIES),
        clock=laid_out.clock,
        dockets=laid_out.dockets,
        explanations=laid_out.explanations,
        offices=laid_out.offices,
        readings=laid_out.readings,
        calendars=laid_out.calendars,
        rulebook=FakeRulebook(),
        job_runner=None,
    )


if __name__ == "__main__":
    serve(doors(desk()))
