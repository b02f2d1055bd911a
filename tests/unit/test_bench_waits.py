"""What waited is told with its reason, from two looks at the metrics of a process."""

from collections import Counter

from bench.waits import counted, told

PAGE = """\
# TYPE motcua_handler_messages_total counter
motcua_handler_messages_total{queue="intake",type="step.received",outcome="ok"} 40.0
motcua_handler_messages_total{queue="intake",type="step.received",outcome="retry"} 2.0
motcua_handler_messages_total{queue="intake",type="step.completed",outcome="retry"} 1.0
# TYPE motcua_outbox_delayed_total counter
motcua_outbox_delayed_total{source="motcua:intake",reason="swept"} 5.0
# TYPE motcua_hub_lag_seconds histogram
motcua_hub_lag_seconds_bucket{le="0.5"} 90.0
motcua_hub_lag_seconds_bucket{le="1.0"} 97.0
motcua_hub_lag_seconds_bucket{le="+Inf"} 100.0
motcua_hub_lag_seconds_count 100.0
motcua_hub_lag_seconds_sum 12.0
"""


def test_what_waited_is_counted_by_its_reason() -> None:
    assert counted(PAGE) == {
        "put off to a retry queue, for seconds": 3,
        "found and sent by the sweep": 5,
        "standstills of a second or more": 3,
    }


def test_only_what_was_counted_in_between_is_told() -> None:
    before = Counter({"intake: found and sent by the sweep": 5, "intake: x": 2})
    after = Counter({"intake: found and sent by the sweep": 1_007, "intake: x": 2})
    assert told(before, after) == ["1,002 · intake: found and sent by the sweep"]
