"""Make the standard library cooperative, before anything else is imported.

eventlet must patch sockets, locks and time before pymongo, kombu or nameko look at them;
greendns is left out because dnspython breaks it (docs/decisions).
"""

import os
import warnings


def patch() -> None:
    """Patch once, at the very start of a process that runs a service."""
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    # Eventlet announces its retirement at each start; docs/decisions says how we leave it one day.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet  # noqa: PLC0415 -- must not be imported before the lines above

    eventlet.monkey_patch()
