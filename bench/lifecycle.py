"""`bench lifecycle`: dossiers that go all the way through seven agencies, a second.

Each is handed in and accepted; eight steps are done at seven desks, five of them side by side; the
last one decides, and the clerk hands the result back. The desks are seven processes.

What others publish of themselves is no measurement of ours, and only partly comparable. Open Zaak
(performance/notifications.rst): 24 to 25 cases a second created and told of, by one worker of three
processes; no agency works on them. DIGIT (performance/docs of CCRS): 37 lifecycles of four calls
each a second on 16 virtual cores and 32 GB with up to 100,000 records, 6.3 with a million. A
dossier here is 11 calls, some forty messages and seven agencies' stores, each write on disk before
it is answered.
"""

from typing import Any

from bench.child_process import child_processes
from bench.intake_platform import DESK, LIFETIME, IntakePlatform, Route, intake_platform
from bench.report import Report
from cli import tokens
from cli.agency_registry import ROUTING

CLIENTS = 8
LONGEST = 180.0  # seconds beyond the measured ones
OPINION = ("so-xay-dung", "so-tai-nguyen-moi-truong", "ubnd-xa", "cong-an-tinh", "bo-chqs-tinh")
ROUTE: Route = (
    ({"agency": DESK, "action": "nhận hồ sơ, gửi lấy ý kiến thẩm định", "amount": 2},),
    tuple({"agency": each, "action": "có ý kiến thẩm định", "amount": 7} for each in OPINION),
    ({"agency": "ubnd-tinh", "action": "xem xét", "amount": 3},),
    ({"agency": DESK, "action": "lập báo cáo, quyết định", "amount": 5, "decides": True},),
)
AGENCIES = (DESK, *OPINION, "ubnd-tinh")
ELSEWHERE = {
    "Open Zaak, as published": "24 to 25 cases created",
    "DIGIT, as published, on 16 cores": "37 lifecycles of four calls",
}


def measure(seconds: float) -> Report:
    """Let CLIENTS dossiers be under way at a time, for so many seconds."""
    with intake_platform(*(f"{ROUTING}.{each}" for each in AGENCIES), route=ROUTE) as setup:
        setup.platform.folder.write("plan.json", setup.plan() | _officers(setup))
        told = {"CLIENTS": CLIENTS, "SECONDS": seconds}
        with child_processes(lambda: setup.client("lifecycle_load", "run", **told)) as (load,):
            said = load.receive(seconds + LONGEST)
        database = setup.database
    made = Report(f"dossiers through {len(AGENCIES)} agencies, {CLIENTS} at a time; times in ms")
    made.rows, made.database = [said], database
    made.notes = [f"{name}: {rate} a second" for name, rate in ELSEWHERE.items()]
    made.notes.append("what is comparable of it, and what is not: bench/lifecycle.py")
    return made


def _officers(setup: IntakePlatform) -> dict[str, Any]:
    """The port of each desk, and the token of an officer there."""
    platform = setup.platform
    return {
        "ports": {each: platform.instance(ROUTING, each).http for each in AGENCIES},
        "officers": {
            each: tokens.sign_token(
                platform.folder, "officer", "officer-1", agency=each, lifetime=LIFETIME
            )
            for each in AGENCIES
        },
    }
