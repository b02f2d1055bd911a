"""A paid dossier through the pages of the running platform; its way is in paid_dossier.py."""

from pathlib import Path

import pytest

from cli.embedded import reverse_proxy
from tests.e2e.paid_dossier import PaidDossier
from tests.e2e.running import Running
from tests.integration.visitors import chromium


@pytest.mark.timeout(1500)  # the first test waits for the whole platform
def test_from_finding_the_procedure_to_the_rating_without_a_script(
    running: Running, tmp_path: Path
) -> None:
    url = reverse_proxy.url(running.platform.ports)
    with chromium() as browser:
        way = PaidDossier(running.platform, browser, url, tmp_path)
        way.run()
    with_its_code = running.call("clerk", "intake", f"/dossiers/{way.dossier}").json()
    assert with_its_code["state"] == "returned"
    assert [each["receipt"] != "" for each in with_its_code["charges"]] == [True]
