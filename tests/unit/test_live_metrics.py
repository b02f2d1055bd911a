"""What `motcua top` shows of what the platform tells."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from cli.commands import run_command_line
from cli.errors import CliError
from cli.language import set_language
from cli.live_metrics import lag, screen
from cli.local_platform import ServiceInstance
from cli.metrics_snapshot import MetricsSnapshot, snapshot_of

INTAKE = ServiceInstance("intake", "", 1, 2)
DESK = ServiceInstance("routing", "so-xay-dung", 3, 4)
SILENT = ServiceInstance("feedback", "", 5, 6)
TOLD: Mapping[str, str] = {
    "intake": """\
# HELP motcua_workers_busy At work now
motcua_amqp_consumer_up{queue="intake"} 1.0
motcua_workers_busy{kind="request",service="intake"} 3.0
motcua_workers_busy{kind="message",service="intake"} 4.0
motcua_outbox_pending{source="motcua:intake"} 12.0
motcua_outbox_oldest_pending_timestamp_seconds{source="motcua:intake"} 900.0
motcua_event_lag_seconds_bucket{le="0.1",queue="intake"} 98.0
motcua_event_lag_seconds_bucket{le="5.0",queue="intake"} 99.0
motcua_event_lag_seconds_bucket{le="15.0",queue="intake"} 100.0
motcua_event_lag_seconds_bucket{le="+Inf",queue="intake"} 100.0
motcua_handler_messages_total{outcome="ok",queue="intake",type="a"} 80.0
motcua_handler_messages_total{outcome="paused",queue="intake",type="a"} 7000.0
motcua_dossiers_open{agency="so-xay-dung"} 90.0
motcua_dossiers_open{agency="ubnd-xa"} 4.0
motcua_dossiers_due_soon{agency="so-xay-dung"} 17.0
motcua_dossiers_overdue{agency="ubnd-xa"} 2.0
""",
    "routing.so-xay-dung": """\
motcua_amqp_consumer_up{queue="routing.so-xay-dung"} 0.0
motcua_outbox_pending{source="motcua:routing:so-xay-dung"} 0.0
motcua_outbox_oldest_pending_timestamp_seconds{source="motcua:routing:so-xay-dung"} 990.0
""",
    "rabbitmq": """\
rabbitmq_detailed_queue_messages_ready{vhost="/",queue="routing.so-xay-dung"} 731
rabbitmq_detailed_queue_messages_unacked{vhost="/",queue="intake"} 5
rabbitmq_detailed_queue_messages{vhost="/",queue="intake.dead"} 6
rabbitmq_detailed_queue_messages{vhost="/",queue="events.unrouted"} 8
rabbitmq_alarms_free_disk_space_watermark 1
""",
}


def snapshot(told: Mapping[str, str] = TOLD, at: float = 1000.0) -> MetricsSnapshot:
    return snapshot_of(told.items(), at)


def shown(before: MetricsSnapshot, now: MetricsSnapshot, language: str = "en") -> list[list[str]]:
    set_language(language)
    console = Console(width=160, color_system=None)
    with console.capture() as captured:
        console.print(screen([INTAKE, DESK, SILENT], [before, now]))
    return [line.split() for line in captured.get().splitlines()]


def test_a_line_tells_of_a_queue_its_readers_its_lag_and_its_outbox() -> None:
    lines = shown(MetricsSnapshot(), snapshot())
    head = ["ready", "unacked", "consumers", "msg/s", "lag", "p99", "dead", "outbox", "oldest"]
    assert ["Process", *head, "busy"] in lines
    intake = ["intake", "0", "5", "1", "0.0", "5", "s", "6", "12", "100", "s", "7"]
    assert intake in lines
    # What has nothing to send has nothing old, whatever the last look says.
    assert ["routing.so-xay-dung", "731", "0", "0", "0.0", "–", "0", "0", "–", "0"] in lines
    assert ["feedback", "no", "answer"] in lines


def test_the_head_sums_up_what_somebody_must_look_at() -> None:
    head = " ".join(shown(MetricsSnapshot(), snapshot())[0])
    assert head.endswith("dead letters: 6 unrouted: 8 broker alarms: 1")


def test_agencies_with_overdue_dossiers_come_first() -> None:
    lines = shown(MetricsSnapshot(), snapshot())
    place = lines.index(["Agency", "open", "due", "soon", "overdue"])
    assert lines[place + 1 :] == [["ubnd-xa", "4", "0", "2"], ["so-xay-dung", "90", "17", "0"]]


def test_it_says_when_nobody_counts_deadlines() -> None:
    told = {"intake": 'motcua_amqp_consumer_up{queue="intake"} 1.0\n'}
    assert "nobody counts them yet" in " ".join(shown(MetricsSnapshot(), snapshot(told))[-1])


def test_every_form_of_a_sample_is_understood() -> None:
    page = """\
# TYPE motcua_amqp_consumer_up gauge
motcua_amqp_consumer_up{queue="intake"} 1 1700000000000
motcua_outbox_pending { source = "motcua:intake" , } 1.2e+01
motcua_workers_busy{service="say \\"hello\\"",kind="a\\\\b\\nc"} 3
"""
    now = snapshot({"intake": page})
    assert now.total("motcua_amqp_consumer_up", {"queue": "intake"}) == 1
    assert now.total("motcua_outbox_pending", {"source": "motcua:intake"}) == 12
    assert now.total("motcua_workers_busy", {"service": 'say "hello"', "kind": "a\\b\nc"}) == 3


@pytest.mark.parametrize(
    "page", ["", "<html>busy</html>\n", 'motcua_amqp_consumer_up{queue="intake"} 1.0\nmotcua_wor']
)
def test_a_process_whose_page_cannot_be_read_has_not_answered(page: str) -> None:
    told = {**TOLD, "intake": page}
    assert "intake" not in snapshot(told).answered
    assert ["intake", "no", "answer"] in shown(MetricsSnapshot(), snapshot(told))


def test_it_speaks_vietnamese() -> None:
    words = [word for line in shown(MetricsSnapshot(), snapshot(), "vi") for word in line]
    assert {"quá", "hạn", "trễ", "chết", "chờ"} <= set(words)


def test_rate_and_lag_are_those_between_two_looks() -> None:
    later = {"intake": TOLD["intake"].replace("} 100.0", "} 140.0").replace("} 80.0", "} 140.0")}
    now = snapshot({**TOLD, **later}, at=1010.0)
    line = next(each for each in shown(snapshot(), now) if each[:1] == ["intake"])
    assert line[4] == "6.0"  # 60 messages in 10 s; what was only paused is not done
    assert line[5:7] == ["15", "s"]  # of the 40 since, none was in time


def test_without_any_message_there_is_no_lag() -> None:
    assert lag({"queue": "intake"}, snapshot(), snapshot()) is None
    assert lag({"queue": "nobody"}, MetricsSnapshot(), snapshot()) is None


def test_what_is_no_metric_of_ours_is_passed_over() -> None:
    text = 'python_info{x="1"} 1.0\n\nmotcua_workers_busy{kind="a\\"b"} 2e+01\n'
    assert [(each.labels, each.value) for each in snapshot({"p": text}).samples] == [
        ({"kind": 'a"b'}, 20)
    ]


@pytest.mark.parametrize("made", [True, False])
def test_without_a_running_platform_it_says_what_to_do(tmp_path: Path, *, made: bool) -> None:
    folder = tmp_path if made else tmp_path / "nowhere"
    with pytest.raises(CliError, match="motcua up"):
        run_command_line(["--data", str(folder), "top", "--once"])
