"""Makes the indexes of a service before it runs, with its own stores: for upgrades.

A service makes them itself when it starts. On a large database that takes minutes, in which the
new version would already be asking: so whoever upgrades makes them first.
"""

from foundation.persistence.mongo import ANSWER_WITHIN, Mongo
from foundation.runtime.run import make_container
from foundation.settings import Settings


def create_indexes(service: type, settings: Settings) -> list[str]:
    """Make every index the service declares; safe to repeat. Returns the collections they are on.

    Raises:
        Unavailable: the database does not answer, or refuses an index; its cause says why.
    """
    container = make_container(service, settings)
    for part in container.extensions:
        if isinstance(part, Mongo):
            part.setup()
            # Making an index may take minutes; finding out that nobody is there must not.
            part.ping(ANSWER_WITHIN)
    stores = [part for part in container.dependencies if hasattr(part, "create_indexes")]
    for store in stores:
        store.create_indexes()
    return sorted(store.collection for store in stores)
