"""The bus between two real processes over a real broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform_fixtures import Platform
from tests.processes import Bench, bench, until
from tests.sample.services import Counter, Teller


@pytest.fixture
def sample(platform: Platform, tmp_path: Path) -> Iterator[Bench]:
    """The topology of the sample services, with nothing running."""
    with bench(platform, [Teller, Counter], tmp_path) as made:
        yield made


def test_a_coin_paid_here_is_counted_there(sample: Bench) -> None:
    teller, counter = sample.start("teller").wait_ready(), sample.start("counter").wait_ready()

    answers = [teller.post("/purses") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {201}
    until(lambda: sample.documents("counter").count_documents({}) == 20)
    until(lambda: sample.messages("counter") == 0)
    until(lambda: not sample.documents("teller").count_documents({"outbox": {"$ne": []}}))
    assert sample.documents("counter").count_documents({"coins": 1}) == 20
    assert counter.metric("motcua_handler_messages_total") >= 20
