"""The queueing model of `bench growth`: known values, and what must hold for all of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.queueing import Queue, servers_for

SERVERS = st.integers(1, 64)
DEMANDS = st.floats(1e-4, 1.0)
LOADS = st.floats(0.01, 0.98)


def test_one_server_waits_as_often_as_it_is_busy() -> None:
    queue = Queue(1, 0.1, variation=1.0)
    assert queue.waiting(5.0) == pytest.approx(0.5)
    # M/M/1: P(wait > t) = load · exp(-(capacity - rate) · t)
    assert queue.wait(5.0, 0.99) == pytest.approx(math.log(0.5 / 0.01) / 5.0)


def test_two_servers_by_the_table_of_erlang_c() -> None:
    # a = 1 erlang on 2 servers: C = 1/3
    assert Queue(2, 1.0).waiting(1.0) == pytest.approx(1 / 3)


@given(SERVERS, DEMANDS, LOADS)
def test_even_services_wait_half_as_long(servers: int, demand: float, load: float) -> None:
    even, uneven = Queue(servers, demand), Queue(servers, demand, variation=1.0)
    rate = load * even.capacity
    assert even.wait(rate, 0.99) == pytest.approx(uneven.wait(rate, 0.99) / 2)
    assert even.waiting(rate) == uneven.waiting(rate)


@given(SERVERS, DEMANDS, LOADS)
def test_who_comes_more_often_waits_longer(servers: int, demand: float, load: float) -> None:
    queue = Queue(servers, demand)
    rate = load * queue.capacity
    assert 0 <= queue.waiting(rate / 2) <= queue.waiting(rate) <= 1
    assert queue.wait(rate / 2, 0.99) <= queue.wait(rate, 0.99) < math.inf
    assert queue.wait(rate, 0.5) <= queue.wait(rate, 0.99)


@given(SERVERS, DEMANDS, st.floats(1.0, 10.0))
def test_what_does_not_keep_up_waits_for_ever(servers: int, demand: float, load: float) -> None:
    queue = Queue(servers, demand)
    rate = queue.capacity * load * 1.001
    assert queue.waiting(rate) == 1
    assert queue.wait(rate, 0.5) == math.inf


@given(st.floats(0.0, 1e4), DEMANDS, st.floats(0.1, 0.9))
def test_as_many_servers_as_the_load_asks_for(rate: float, demand: float, most: float) -> None:
    servers = servers_for(rate, demand, most)
    assert rate * demand <= servers * most * (1 + 1e-6)
    assert servers == 1 or rate * demand > (servers - 1) * most * (1 - 1e-6)
