"""Every act that people of the centre and its agencies may do has a page, or a reason why none.

The acts are the routes of the API that write, for a role; their pages are routes too. So an act
that gets a door of the API and no page is seen here.
"""

from collections.abc import Iterator

from cli import service_discovery
from foundation.web.page_routes import PageRoute
from foundation.web.routes import Route

STAFF = frozenset(
    ("counter", "desk", "centre", "director", "catalogue:write", "calendar:write", "fee:collect")
) | {"denunciation", "denunciation:head"}

COUNTER = "intake POST /counter/dossiers/<dossier_id>/<name>"
DESK = "/desks/<agency>"
STEP = "routing POST /desks/<agency>/steps/<step>/<name>"
BOOK = "routing POST /desks/<agency>/staff/<name>"
CALENDAR = "intake POST /centre/calendar/<name>"
CENTRE = "feedback POST /feedback/centre/<id>/<name>"
KEEPER = "catalogue POST /catalogue/<code>/<name>"
WORDS = "notifications POST /message-templates/<kind>/<language>/<name>"

PAGES = {
    "catalogue POST /procedures/<code>/publish": KEEPER,
    "catalogue POST /procedures/<code>/withdraw": KEEPER,
    **{
        f"feedback POST /feedback/<id>/{act}": CENTRE
        for act in (
            *("forward", "pass-on", "approve", "ask-again", "proceed", "publish"),
            *("take-back", "answer", "hold", "use-as-information"),
        )
    },
    "documents POST /documents/<id>/scan": "documents POST /counter/quarantine/<id>",
    "documents POST /documents/<id>/hold": "documents POST /centre/holds/<kind>/<id>",
    "documents POST /documents/dossiers/<dossier>/hold": (
        "documents POST /centre/holds/<kind>/<id>"
    ),
    "feedback POST /visits": "feedback POST /rate/hand-out",
    "intake POST /dossiers": "intake POST /counter/new",
    **{
        f"intake POST /dossiers/<dossier_id>/{act}": COUNTER
        for act in (
            *("accept", "apologise", "correct", "data", "decide", "fees", "fees/<fee>/pay"),
            *("fees/<fee>/refund", "forms/<kind>", "guide", "originals", "refuse", "resume"),
            *("return", "steps/<step>/send", "stop", "supplement", "withdraw", "result-way"),
        )
    },
    "intake POST /dossiers/<dossier_id>/declarations": (
        "intake POST /counter/dossiers/<dossier_id>/fill/<paper>"
    ),
    "intake POST /dossiers/<dossier_id>/urge": "intake POST /late/<dossier_id>/urge",
    "intake PUT /calendar": CALENDAR,
    "intake POST /calendar/remove": CALENDAR,
    "intake POST /outages": CALENDAR,
    "intake POST /outages/<number>/end": CALENDAR,
    "intake POST /outages/<number>/take-back": CALENDAR,
    **{
        f"routing POST /steps/<step>/{act}": STEP
        for act in (
            *("answered", "await", "complete", "extend", "give", "notes", "pass", "refuse"),
            *("supplement", "take", "urgings/<urging>"),
        )
    },
    "notifications PUT /dossiers/<dossier>/contact": (
        "notifications POST /counter/messages/<dossier>"
    ),
    "notifications PUT /templates/<kind>/<language>": WORDS,
    "notifications POST /templates/<kind>/<language>/preview": WORDS,
    "routing POST /explanations/<feedback>": f"routing POST {DESK}/explanations/<feedback>",
    "routing POST /refusals/<dossier>/<number>/seen": (
        f"routing POST {DESK}/refusals/<dossier>/<number>"
    ),
    **{
        f"routing POST /routes/<dossier>/{act}": f"routing POST {DESK}/routes/<dossier>/<name>"
        for act in ("proceed", "reroute")
    },
    "routing PUT /ways/<procedure>": BOOK,
    "routing PUT /desks/<desk>": BOOK,
    "routing PUT /officers/<officer>": BOOK,
    "routing POST /officers/<officer>/absences": BOOK,
    "routing POST /officers/<officer>/return": BOOK,
}
OF_A_PROGRAM = "a program sends it: a file, or a table of many fields"
SEALED = "denunciations are handled without pages until their forms are settled (issue 19)"
NO_PAGE = {
    "catalogue PUT /procedures/<code>": f"{OF_A_PROGRAM}; its draft is then looked at on a page",
    "catalogue PUT /codes/<table>/<code>": f"{OF_A_PROGRAM} (motcua import)",
    "documents POST /documents": "a scanner at the counter sends it; its id goes into the form",
    "documents POST /documents/<id>/reuse": "a citizen's page has it; a clerk scans anew",
    "feedback POST /feedback": "the centre takes what was said by telephone from its own program",
    **{
        f"feedback POST /denunciations{act}": SEALED
        for act in (
            *("", "/<id>/accept", "/<id>/classify", "/<id>/conclude", "/<id>/decline"),
            *("/<id>/erase", "/<id>/extend", "/<id>/handlers", "/<id>/pass-on", "/<id>/publish"),
            *("/<id>/hold", "/<id>/resume", "/<id>/suspend", "/<id>/use-as-information"),
            *("/<id>/withdraw",),
        )
    },
}


def routes() -> Iterator[tuple[str, Route]]:
    for name in service_discovery.service_names():
        service = service_discovery.service_class(name)
        for attribute in dir(service):
            for route in getattr(getattr(service, attribute), "nameko_entrypoints", ()):
                if isinstance(route, Route) and route.method != "GET":
                    yield f"{name} {route.method} {route.path}", route


def acts() -> dict[str, Route]:
    return {
        name: route
        for name, route in routes()
        if not isinstance(route, PageRoute) and STAFF & {*route.scope.split()}
    }


def test_every_act_of_a_role_has_a_page_or_a_reason_why_none() -> None:
    assert {*acts()} == {*PAGES, *NO_PAGE}
    assert not {*PAGES} & {*NO_PAGE}
    assert all(NO_PAGE.values())


def test_every_page_is_there_for_a_role_that_may_do_its_act() -> None:
    pages = {name: route for name, route in routes() if isinstance(route, PageRoute)}
    known = acts()
    for act, page in PAGES.items():
        assert {*pages[page].scope.split()} & {*known[act].scope.split()}, act
