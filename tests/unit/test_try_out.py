"""What a platform of one machine offers to try: an example a person can take all the way."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from cli import agency_registry, try_out
from cli.catalogue.csv_and_json import known_beside, rows_of
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from foundation.fillable import must_fit, read
from services.catalogue.domain.rows import draft_from_row


def test_the_example_is_paid_filled_in_and_decided_by_an_agency_of_every_platform() -> None:
    ((_, row),) = rows_of(try_out.FILE)
    draft = draft_from_row(row, known_beside(try_out.FILE))
    content = draft.content
    assert (draft.code, draft.lack) == (try_out.PROCEDURE, None)
    assert content.illustrative
    assert "online" in content.channels
    assert [fee.amount for fee in content.fees] == [100_000]
    (form,) = [paper.form for paper in content.papers if paper.form]
    must_fit(form)
    assert len(read(form).sections) > 1
    asked = [task.agency for stage in content.route for task in stage.tasks]
    assert asked == [try_out.AGENCY]
    assert try_out.AGENCY in {each.code for each in agency_registry.read_agencies()}


class Offering:
    """A platform, and a catalogue that has some procedure in force or takes a draft."""

    def __init__(self, folder: Path) -> None:
        self.published: list[str] = []
        self.in_force = self.refuses = False
        self.agencies = [SimpleNamespace(code=try_out.AGENCY)]
        self.platform: Any = SimpleNamespace(folder=DataFolder(folder), agencies=self.agencies)

    def offer(self) -> None:
        try_out.offer(self.platform, lambda _folder: self._client())

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url="http://catalogue", transport=httpx.MockTransport(self._said))

    def _said(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200 if self.in_force else 404, json={})
        if request.method == "PUT":
            return httpx.Response(200, json={"state": "draft"})
        if self.refuses:
            return httpx.Response(409, json={"detail": "because"})
        self.published.append(request.url.path)
        return httpx.Response(200, json={})

    def lines(self) -> str:
        return "\n".join(try_out.told(self.platform, "http://pages"))


@pytest.fixture
def offering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Offering:
    monkeypatch.setenv("MOTCUA_LANG", "en")
    return Offering(tmp_path)


def test_it_is_offered_once_and_then_told_with_the_officer_who_decides(offering: Offering) -> None:
    assert offering.lines() == ""
    offering.offer()
    offering.offer()  # as withdrawn meanwhile, it stays so
    assert offering.published == [f"/procedures/{try_out.PROCEDURE}/publish"]
    assert f"http://pages/apply/for/{try_out.PROCEDURE}" in offering.lines()
    assert f"http://pages/desks/{try_out.AGENCY}/work" in offering.lines()


def test_what_is_in_force_under_its_code_is_left_alone(offering: Offering) -> None:
    offering.in_force = True
    offering.offer()
    assert offering.published == []
    assert try_out.PROCEDURE in offering.lines()


def test_without_the_desk_that_decides_nothing_is_offered(offering: Offering) -> None:
    offering.agencies.clear()
    offering.offer()
    assert (offering.published, offering.lines()) == ([], "")


def test_what_could_not_be_published_is_tried_again_at_the_next_start(offering: Offering) -> None:
    offering.refuses = True
    with pytest.raises(CliError, match="could not be published: because"):
        offering.offer()
    assert offering.lines() == ""
    offering.refuses = False
    offering.offer()
    assert offering.lines()
