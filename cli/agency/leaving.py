"""How an agency goes so that nothing which is meant for it goes with it.

First nothing more may reach its queue, then its desk ends, and only then is it looked at for good:
an order that came in between is in the queue or in the database by then. What the centre sends
meanwhile waits in `orders.unrouted`, from where `motcua dead replay` sends it on its way again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from cli import offices
from cli.agency import database, provision
from cli.dead.letters import broker, count
from cli.embedded.rabbitmq import OPERATOR
from cli.offices import ROUTING
from cli.say import Trouble
from cli.stack import DESKS, Stack
from foundation.broker.topology import RETRY
from foundation.settings import queue_of

MOST_NAMED = 10


def leave(stack: Stack, code: str) -> None:
    """Take back all that the agency was given, but for its database.

    Raises:
        Trouble: work is left, which is named; then everything is as it was.
    """
    refuse_with_work(stack, code)
    with unbound(stack, code):
        stack.end_desk(code)
        refuse_with_work(stack, code)
    _move_out(stack, code)
    for queue in queues(stack, code):
        stack.servers.broker.api("DELETE", f"queues/%2F/{queue}")
    stack.servers.broker.api("DELETE", f"users/{queue_of(ROUTING, code)}")
    provision.withdraw(stack, code)


def refuse_with_work(stack: Stack, code: str) -> None:
    """Stop here while the agency has something to do.

    Raises:
        Trouble: naming it.
    """
    owed = (*database.open_work(stack, code), *database.awaited(stack, code))
    left = [*dict.fromkeys(owed), *waiting(stack, code)]
    if left:
        listed = ", ".join(left[:MOST_NAMED])
        raise Trouble(
            f"{code} còn {len(left)} việc chưa xong: {listed}. Hãy hoàn thành hoặc rút trước.",
            f"{code} still has {len(left)} things to do: {listed}. Finish or withdraw them first.",
        )


@contextmanager
def unbound(stack: Stack, code: str) -> Iterator[None]:
    """Let nothing new into the agency's queue; on trouble bind it again and start its desk."""
    api, queue = stack.servers.broker.api, queue_of(ROUTING, code)
    running = stack.supervisor.running()
    ran = any(each.program in running for each in stack.workers if each.agency == code)
    for binding in api("GET", f"queues/%2F/{queue}/bindings"):
        if binding["source"] not in {"", RETRY}:
            key = quote(binding["properties_key"], safe="")
            api("DELETE", f"bindings/%2F/e/{binding['source']}/q/{queue}/{key}")
    try:
        yield
    except BaseException:
        stack.servers.broker.load(stack.definitions())
        if ran:
            stack.start(starting=lambda _program: None, ready=lambda _program: None)
        raise


def _move_out(stack: Stack, code: str) -> None:
    """It shares no process any more; a process that is left with no desk ends."""
    left = offices.hosted(stack.folder) - {code}
    offices.host(stack.folder, left)
    if not left:
        stack.supervisor.stop([DESKS])


def waiting(stack: Stack, code: str) -> list[str]:
    """Its queues that are not empty, also those in which messages wait for another try.

    The broker's figures lag by seconds, so each queue is asked itself; the work queue last, into
    which the others run.
    """
    own = queue_of(ROUTING, code)
    asked = sorted(queues(stack, code), key=lambda name: name == own)
    with broker(stack.servers.broker.amqp_url(OPERATOR)) as connection:
        counts = {name: count(connection, name) for name in asked}
    return [f"{name} ({messages})" for name, messages in counts.items() if messages]


def queues(stack: Stack, code: str) -> list[str]:
    """Its work queue, and those beside it for later tries and for the dead."""
    own = queue_of(ROUTING, code)
    listed = [each["name"] for each in stack.servers.broker.api("GET", "queues/%2F")]
    return [name for name in listed if name == own or name.startswith(f"{own}.")]
