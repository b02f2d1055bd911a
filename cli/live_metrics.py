"""`motcua top`: the live metrics screen with queues, lag, dead letters, outboxes and deadlines."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.embedded.data_folder import DataFolder
from cli.language import localized
from cli.local_platform import LocalPlatform, ServiceInstance
from cli.metrics_snapshot import MetricSample, MetricsSnapshot, take_snapshot
from cli.must_answer import platform_that_runs
from foundation.worktime import HO_CHI_MINH

_FASTEST, _USUAL = 1.0, 2.0
_SPAN = 30.0  # seconds over which rates and lags are computed
_LATE, _OLD = 5.0, 60.0  # seconds: the limits of the alerts EventsLate and OutboxOld
_EFFECTS = ("ok", "duplicate", "retry", "dead")


@click.command("top")
@click.option("--once", is_flag=True, help="In một lần rồi thoát. / Print once and end.")
@click.option(
    "--every",
    type=click.FloatRange(_FASTEST),
    default=_USUAL,
    show_default=True,
    help="Số giây giữa hai lần xem. / Seconds between two looks.",
)
@click.pass_obj
def top(folder: DataFolder, *, once: bool, every: float) -> None:
    """Nhìn hàng đợi, độ trễ, hạn trả. / See queues, lag, dead letters, outboxes, deadlines."""
    platform = platform_that_runs(folder)
    now = take_snapshot(platform)
    if once:
        Console().print(screen(platform.instances, [MetricsSnapshot(), now]))
        return
    _watch(platform, now, every)


def _watch(platform: LocalPlatform, first: MetricsSnapshot, every: float) -> None:
    start = screen(platform.instances, [MetricsSnapshot(), first])
    with Live(start, console=Console(), screen=True, auto_refresh=False) as live:
        seen = deque([first], maxlen=max(2, round(_SPAN / every)))
        for now in _snapshots(platform, every):
            seen.append(now)
            live.update(screen(platform.instances, [seen[0], now]), refresh=True)


def _snapshots(platform: LocalPlatform, every: float) -> Iterator[MetricsSnapshot]:
    try:
        while True:
            time.sleep(every)
            yield take_snapshot(platform)
    except KeyboardInterrupt:
        return


def screen(
    instances: Sequence[ServiceInstance], snapshots: Sequence[MetricsSnapshot]
) -> RenderableType:
    """The whole screen; rates are computed between the two snapshots."""
    before, now = snapshots
    moment = f"{datetime.fromtimestamp(now.at, HO_CHI_MINH):%H:%M:%S}"
    head = Text.assemble(("motcua ", "bold"), moment, "   ", _sums(now))
    return Group(head, "", processes(instances, before, now), "", deadlines(now))


def processes(
    instances: Iterable[ServiceInstance], before: MetricsSnapshot, now: MetricsSnapshot
) -> Table:
    """A table with a line for each service instance: its queue, its rates and its outbox."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(localized("Tiến trình", "Process"), no_wrap=True)
    for heading in (
        localized("chờ", "ready"),
        localized("đang xử lý", "unacked"),
        localized("bên nhận", "consumers"),
        localized("tin/s", "msg/s"),
        localized("trễ p99", "lag p99"),
        localized("chết", "dead"),
        localized("chờ gửi", "outbox"),
        localized("cũ nhất", "oldest"),
        localized("bận", "busy"),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for instance in instances:
        table.add_row(instance.name, *_line(instance, before, now))
    return table


def _line(instance: ServiceInstance, before: MetricsSnapshot, now: MetricsSnapshot) -> list[Text]:
    if instance.process_name not in now.answered:
        return [Text(localized("không trả lời", "no answer"), style="red")]
    queue = {"queue": instance.name}
    consumers = now.total("motcua_amqp_consumer_up", queue)
    subscribes = now.has("motcua_amqp_consumer_up", queue)
    source = {"source": "motcua:" + instance.name.replace(".", ":", 1)}
    return [
        _count(now.total("rabbitmq_detailed_queue_messages_ready", queue)),
        _count(now.total("rabbitmq_detailed_queue_messages_unacked", queue)),
        _warned(f"{consumers:.0f}", bad=consumers == 0) if subscribes else Text("–"),
        Text(f"{_rate(queue, before, now):.1f}") if subscribes else Text("–"),
        _seconds(lag(queue, before, now), _LATE),
        _bad(now.total("rabbitmq_detailed_queue_messages", {"queue": f"{instance.name}.dead"})),
        _count(now.total("motcua_outbox_pending", source)),
        _seconds(_oldest(source, now), _OLD),
        Text(f"{now.total('motcua_workers_busy', {'service': instance.name}):.0f}"),
    ]


def deadlines(now: MetricsSnapshot) -> RenderableType:
    """A table with a line for each agency: dossiers open, due soon and overdue."""
    found = now.values("motcua_dossiers_open", "agency")
    if not found:
        return Text(localized("Thời hạn hồ sơ: chưa ai đếm.", "Deadlines: nobody counts them yet."))
    soon = now.values("motcua_dossiers_due_soon", "agency")
    overdue = now.values("motcua_dossiers_overdue", "agency")
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(localized("Cơ quan", "Agency"), no_wrap=True)
    for heading in (
        localized("đang giữ", "open"),
        localized("sắp đến hạn", "due soon"),
        localized("quá hạn", "overdue"),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for agency in sorted(found, key=lambda each: (-overdue.get(each, 0), each)):
        late = overdue.get(agency, 0.0)
        table.add_row(agency, _count(found[agency]), _count(soon.get(agency, 0.0)), _bad(late))
    return table


def lag(queue: dict[str, str], before: MetricsSnapshot, now: MetricsSnapshot) -> float | None:
    """The 99th percentile of the lag between the snapshots, as the upper bound of its bucket.

    None if nothing was handled.
    """
    bounds: dict[float, float] = {}
    for sample in now.of("motcua_event_lag_seconds_bucket", queue):
        bounds[_bound(sample)] = bounds.get(_bound(sample), 0.0) + sample.value
    for sample in before.of("motcua_event_lag_seconds_bucket", queue):
        bounds[_bound(sample)] = bounds.get(_bound(sample), 0.0) - sample.value
    most = max(bounds.values(), default=0.0)
    if most <= 0:
        return None
    return min(bound for bound, counted in bounds.items() if counted >= 0.99 * most)


def _bound(sample: MetricSample) -> float:
    return float(sample.labels["le"])


def _rate(queue: dict[str, str], before: MetricsSnapshot, now: MetricsSnapshot) -> float:
    if not before.at:
        return 0.0
    done = [
        snapshot.total("motcua_handler_messages_total", queue | {"outcome": outcome}) * sign
        for outcome in _EFFECTS
        for snapshot, sign in ((now, 1), (before, -1))
    ]
    return max(0.0, sum(done) / max(now.at - before.at, 0.001))


def _oldest(source: dict[str, str], now: MetricsSnapshot) -> float | None:
    if not now.total("motcua_outbox_pending", source):
        return None
    stamps = now.of("motcua_outbox_oldest_pending_timestamp_seconds", source)
    return now.at - max(each.value for each in stamps)


def _sums(now: MetricsSnapshot) -> Text:
    dead = now.total_where("rabbitmq_detailed_queue_messages", "queue", ".dead")
    lost = now.total_where("rabbitmq_detailed_queue_messages", "queue", ".unrouted")
    alarms = now.total("rabbitmq_alarms_free_disk_space_watermark", {}) + now.total(
        "rabbitmq_alarms_memory_used_watermark", {}
    )
    parts = (
        (localized("tin chết", "dead letters"), dead),
        (localized("không nơi nhận", "unrouted"), lost),
        (localized("báo động máy chủ tin nhắn", "broker alarms"), alarms),
    )
    text = Text()
    for name, value in parts:
        text.append(f"{name}: ").append_text(_bad(value)).append("   ")
    return text


def _count(value: float) -> Text:
    return Text(f"{value:.0f}")


def _bad(value: float) -> Text:
    return _warned(f"{value:.0f}", bad=value > 0)


def _warned(text: str, *, bad: bool) -> Text:
    return Text(text, style="red bold" if bad else "")


def _seconds(value: float | None, most: float) -> Text:
    if value is None:
        return Text("–")
    return _warned("∞" if value == float("inf") else f"{value:.3g} s", bad=value > most)
