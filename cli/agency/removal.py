"""Removal of an agency without losing a message or a step.

In this order: unbind its queue, stop its desk, then check for open work, since an order that came
in between is in the queue or in the database by then. What the centre sends meanwhile goes to the
queue `orders.unrouted`, from where `motcua dead replay` sends it again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from cli import agency_registry
from cli.agency import open_work, provision
from cli.agency_registry import ROUTING
from cli.dead_letters.list_and_replay import connect, count_messages
from cli.embedded.rabbitmq import OPERATOR
from cli.errors import CliError
from cli.local_platform import DESKS, LocalPlatform
from foundation.broker.topology import RETRY
from foundation.settings import queue_of

MOST_NAMED = 10


def remove_agency(platform: LocalPlatform, code: str) -> None:
    """Revoke everything that the agency was given; its database stays.

    Raises:
        CliError: work is open (named in the message); then everything is as it was before.
    """
    must_have_no_work(platform, code)
    with unbound_queue(platform, code):
        platform.stop_desk(code)
        must_have_no_work(platform, code)
    _leave_shared_process(platform, code)
    for queue in queues(platform, code):
        platform.servers.broker.api("DELETE", f"queues/%2F/{queue}")
    platform.servers.broker.api("DELETE", f"users/{queue_of(ROUTING, code)}")
    provision.withdraw(platform, code)


def must_have_no_work(platform: LocalPlatform, code: str) -> None:
    """Make sure that the agency has no open work.

    Raises:
        CliError: it has; the message names it.
    """
    owed = (
        *open_work.owed_work(platform, code),
        *open_work.awaited_steps(platform, code),
    )
    left = [*dict.fromkeys(owed), *waiting_messages(platform, code)]
    if left:
        listed = ", ".join(left[:MOST_NAMED])
        raise CliError(
            f"{code} còn {len(left)} việc chưa xong: {listed}. Hãy hoàn thành hoặc rút trước.",
            f"{code} still has {len(left)} things to do: {listed}. Finish or withdraw them first.",
        )


@contextmanager
def unbound_queue(platform: LocalPlatform, code: str) -> Iterator[None]:
    """Unbind the agency's queue; on an error bind it again and start its desk."""
    api, queue = platform.servers.broker.api, queue_of(ROUTING, code)
    running = platform.supervisor.running()
    ran = any(each.process_name in running for each in platform.instances if each.agency == code)
    for binding in api("GET", f"queues/%2F/{queue}/bindings"):
        if binding["source"] not in {"", RETRY}:
            key = quote(binding["properties_key"], safe="")
            api("DELETE", f"bindings/%2F/e/{binding['source']}/q/{queue}/{key}")
    try:
        yield
    except BaseException:
        platform.servers.broker.load_definitions(platform.definitions())
        if ran:
            platform.start(starting=lambda _program: None, ready=lambda _program: None)
        raise


def _leave_shared_process(platform: LocalPlatform, code: str) -> None:
    """Take its desk out of the shared process, and stop that process if no desk is left in it."""
    left = agency_registry.hosted(platform.folder) - {code}
    agency_registry.set_hosted(platform.folder, left)
    if not left:
        platform.supervisor.stop([DESKS])


def waiting_messages(platform: LocalPlatform, code: str) -> list[str]:
    """The agency's queues that hold messages, with counts; retry queues included.

    The statistics of the management API lag by seconds, so each queue is asked over AMQP; the
    work queue last, since the retry queues flow into it.
    """
    own = queue_of(ROUTING, code)
    asked = sorted(queues(platform, code), key=lambda name: name == own)
    with connect(platform.servers.broker.amqp_url(OPERATOR)) as connection:
        counts = {name: count_messages(connection, name) for name in asked}
    return [f"{name} ({messages})" for name, messages in counts.items() if messages]


def queues(platform: LocalPlatform, code: str) -> list[str]:
    """The names of its work queue, retry queues and dead-letter queue."""
    own = queue_of(ROUTING, code)
    listed = [each["name"] for each in platform.servers.broker.api("GET", "queues/%2F")]
    return [name for name in listed if name == own or name.startswith(f"{own}.")]
