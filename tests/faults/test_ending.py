"""Processes end when they are told to, in time and losing nothing; or say why they died."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

from foundation.runtime.run import BAD_SETTINGS, DIED, STOPPED
from tests.faults.proofs import figures, ids, keys, pay_until_answered, prove, wait_all_counted
from tests.processes import Bench, Process, until

ENDED_WITHIN = 30.0
CLIENTS = 8


def test_sigterm_under_load_ends_the_process_in_time_and_loses_nothing(sample: Bench) -> None:
    teller, counter = sample.start("teller").wait_ready(), sample.start("counter").wait_ready()
    asked, current, receipts = keys(200), [teller], dict[str, str]()

    def pay(key: str) -> str:
        answer = pay_until_answered(lambda: current[0], key)
        receipts[key] = ids([answer])[0]
        return receipts[key]

    with ThreadPoolExecutor(CLIENTS) as clients:
        paying = [clients.submit(pay, key) for key in asked]
        until(lambda: len(receipts) > len(asked) // 4)
        took = [_end(process, signal.SIGTERM) for process in (counter, teller)]
        current[0] = sample.start("teller").wait_ready()
        again = sample.start("counter").wait_ready()
        purses = [each.result() for each in paying]
    wait_all_counted(sample, purses)
    account = prove(sample, purses)
    repeated = ids([current[0].post("/purses", {"note": ""}, key=key) for key in asked[:20]])
    assert repeated == [receipts[key] for key in asked[:20]]
    figures(
        "SIGTERM under load",
        ended_after=f"{took[0]:.1f} s and {took[1]:.1f} s",
        lost=account.lost,
        receipts_repeated=len(repeated),
    )
    for process in (current[0], again):
        process.kill()


def _end(process: Process, number: signal.Signals) -> float:
    began = time.monotonic()
    process.popen.send_signal(number)
    assert process.popen.wait(timeout=ENDED_WITHIN) == STOPPED, process.log.read_text()[-2000:]
    return time.monotonic() - began


def test_sigint_ends_a_process_in_time_though_its_neighbours_are_away(sample: Bench) -> None:
    counter = sample.start("counter").wait_ready()
    sample.platform.broker.kill()
    sample.platform.database.kill()
    try:
        time.sleep(2)
        seconds = _end(counter, signal.SIGINT)
    finally:
        sample.platform.broker.start()
        sample.platform.database.start()
    figures("SIGINT without broker and database", ended_after=f"{seconds:.1f} s")


def test_a_bug_in_a_thread_of_the_process_ends_it_with_an_exit_code(sample: Bench) -> None:
    teller = sample.start("teller", CRASH_AT="confirmed", CRASH_BY="bug").wait_ready()
    receipt = ids([teller.post("/purses")])
    code = teller.popen.wait(timeout=ENDED_WITHIN)
    again, counter = sample.start("teller"), sample.start("counter")
    wait_all_counted(sample, receipt)
    account = prove(sample, receipt)
    for process in (again, counter):
        process.kill()
    assert code == DIED
    assert "a bug in a thread" in teller.log.read_text()
    figures("container died", exit_code=code, lost=account.lost)


def test_a_port_that_is_taken_ends_the_process_with_an_exit_code(sample: Bench) -> None:
    first = sample.start("teller").wait_ready()
    second = sample.start("teller", HTTP_ADDRESS=f"127.0.0.1:{first.ports[0]}")
    assert second.popen.wait(timeout=ENDED_WITHIN) == DIED
    first.kill()


def test_settings_that_are_missing_are_named_all_at_once(sample: Bench) -> None:
    process = sample.start("teller", AMQP_URL="", MONGO_URL="", TOKEN_KEYS="", MAX_WORKERS="few")
    assert process.popen.wait(timeout=ENDED_WITHIN) == BAD_SETTINGS
    said = process.log.read_text()
    assert all(name in said for name in ("AMQP_URL", "MONGO_URL", "TOKEN_KEYS", "MAX_WORKERS"))
    figures("settings missing", said=said.strip().splitlines()[-1][:60] + "…")
