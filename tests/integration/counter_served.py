"""The counter on a real socket over stores in memory: `python -m tests.integration.counter_served`.

The argument is that of `served`. `tests.laid_out_counter` says what lies there.
"""

from foundation.runtime.patch import patch

patch()

from types import SimpleNamespace  # noqa: E402 -- nothing before the patch

from services.intake.service import Intake  # noqa: E402 -- nothing before the patch
from tests.builders import AGENCIES, SETTINGS, Office  # noqa: E402 -- nothing before the patch
from tests.integration.doors_served import doors_of  # noqa: E402 -- nothing before the patch
from tests.integration.served import serve  # noqa: E402 -- nothing before the patch
from tests.laid_out_counter import counter  # noqa: E402 -- nothing before the patch


def doors(laid_out: Office) -> type:
    """The doors of intake over what `counter` laid out."""
    return doors_of(
        Intake,
        settings=SimpleNamespace(**vars(SETTINGS) | {"agencies": AGENCIES}),
        clock=laid_out.clock,
        dossiers=laid_out.dossiers,
        drafts=laid_out.drafts,
        procedures=laid_out.procedures,
        agencies=laid_out.agencies,
        lookups=laid_out.lookups,
        calendars=laid_out.calendars,
        figures=laid_out.figures,
        known_documents=laid_out.known_documents,
        connected_agencies=laid_out.service.connected_agencies,
        rulebook=laid_out.rulebook,
        nation=laid_out.nation,
        payments=laid_out.payments,
        visit_slots=laid_out.visit_slots,
        queue_tickets=laid_out.queue_tickets,
        hall=laid_out.hall,
        job_runner=None,
        press=None,
    )


if __name__ == "__main__":
    serve(doors(counter()))
