"""What a process and an act cost in CPU time, however little it is."""

import os
import socket
import subprocess
import sys
import time
from collections import Counter

import pytest

from bench.act_cost import OURS, Cost
from bench.processor_time import cpu_seconds, database_pids, listening_at, with_children

IDLE = "import time; print(1, flush=True); time.sleep(60)"


def test_the_time_is_exact_to_less_than_a_millisecond() -> None:
    before = cpu_seconds(os.getpid()) - time.process_time()
    sum(range(100_000))
    assert cpu_seconds(os.getpid()) - time.process_time() == pytest.approx(before, abs=0.001)


def test_a_process_that_is_not_there_is_an_error() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    with pytest.raises(ProcessLookupError):
        cpu_seconds(ended.pid)


def test_the_children_of_a_process_are_found() -> None:
    with subprocess.Popen([sys.executable, "-c", IDLE], stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.read(1)
        found = with_children(os.getpid())
        assert found[0] == os.getpid()
        assert child.pid in found
        child.kill()


def test_a_server_on_this_machine_is_found_by_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listening_at(port) == [os.getpid()]
        assert database_pids(f"mongodb://localhost:{port}/?directConnection=true") == [os.getpid()]
        assert database_pids(f"mongodb://db.example:{port}/") == []
    assert listening_at(port) == []


def test_an_act_costs_what_is_used_beyond_standing_by_for_as_long() -> None:
    idle = Cost("nothing", "intake", times=1, seconds=10.0, cpu=Counter({OURS: 0.5, "broker": 0.1}))
    act = Cost("accept", "intake", times=4, seconds=2.0, cpu=Counter({OURS: 0.14, "broker": 0.01}))
    assert act.milliseconds(idle) == pytest.approx({OURS: 10.0, "broker": 0.0})
