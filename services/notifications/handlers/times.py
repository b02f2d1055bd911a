"""The figures by which the centre shows how fast people are told."""

from foundation.observability import metrics
from services.notifications.domain.notice import Notice, NoticeState


def show_times(before: Notice, after: Notice) -> None:
    """Count the seconds from the event until a message was handed over, or a receipt came.

    A message that waited for the end of quiet hours, or for a step before it, counts from then.
    """
    if before.state is after.state:
        return
    began = after.since or after.happened or after.planned
    if after.state is NoticeState.SENT and after.handed:
        _show("handed", after, (after.handed - began).total_seconds())
    if after.state is NoticeState.DELIVERED and after.receipt:
        _show("receipt", after, (after.receipt.at - began).total_seconds())


def _show(until: str, notice: Notice, seconds: float) -> None:
    labels = until, notice.kind, notice.channel.value
    metrics.MESSAGE_SECONDS.labels(*labels).observe(max(0.0, seconds))
