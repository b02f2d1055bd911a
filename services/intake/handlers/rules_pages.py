"""The page of the rules of urging: who is told of late work, when, how often and by what rule."""

from foundation.web import Request, Response
from foundation.web.page_routes import page
from services.intake.handlers import rules_view
from services.intake.handlers.calendar_api import WRITING
from services.intake.handlers.director_api import DIRECTOR
from services.intake.handlers.director_page import DirectorPage
from services.intake.pages import PAGES

RULES = "/centre/urging-rules"


class RulesPages(DirectorPage):
    """The table of the administration as it is in force, in words; it is changed as a file."""

    @page(RULES, PAGES, scope=f"{DIRECTOR} {WRITING}", hidden=True)
    def look_at_rules(self, request: Request) -> Response:
        """The rules as this process reads them now."""
        if not request.who.subject:
            return self._ask_director(request)
        groups = rules_view.groups(self.rulebook.rules())
        return self._director_page("urging_rules.html", request, groups=groups)
