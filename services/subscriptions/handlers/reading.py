"""Reads the log for the subscriptions of this process: once for all that are at its end."""

from services.subscriptions.domain.filters import is_wanted
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.handlers.team import Courier, DeliveryTeam

PAGE = 500
MOST_BEHIND = 20
"""Subscriptions that are behind, read for in one round; those have no room for a while then."""


class LogReading(SubscriptionsContext):
    """What stands in the log is offered to those that want it."""

    team = DeliveryTeam()

    def _read(self) -> bool:
        """Read on for everybody; True if there was a full page, so that there may be more."""
        more = self._read_tail()
        behind = [
            each
            for each in self.team.couriers.values()
            if each.reads and not each.window.follows and each.window.has_room
        ]
        for courier in behind[:MOST_BEHIND]:
            self._read_behind(courier)
        return more

    def _read_tail(self) -> bool:
        team = self.team
        if team.tail is None:
            return False
        records = self.log.after(team.tail.position, PAGE)
        known = self.facts([each.event for each in records], team.matcher.all_filters())
        offered: dict[str, Courier] = {}
        for record, facts in zip(records, known, strict=True):
            for key in team.matcher.wanting(facts):
                courier = team.couriers[key]
                if courier.window.follows:
                    courier.window.offer(record.position, record.event)
                    offered[key] = courier
        if records:
            team.tail.position = records[-1].position
        for courier in offered.values():
            if not courier.window.has_room:
                courier.window.fall_behind()
        return len(records) == PAGE

    def _read_behind(self, courier: Courier) -> None:
        """Read for one alone until it is where the others are."""
        tail, window = self.team.tail, courier.window
        if tail is None:
            return
        if window.read < tail.position:
            # What the log does not keep any more cannot be delivered.
            window.pass_over(min(self.log.begin() - 1, tail.position))
            records = self.log.after(window.read, min(PAGE, tail.position - window.read))
            known = self.facts([each.event for each in records], courier.wanted)
            for record, facts in zip(records, known, strict=True):
                if is_wanted(courier.wanted, facts):
                    window.offer(record.position, record.event)
                window.pass_over(record.position)
        if window.read >= tail.position and window.has_room:
            window.follow(tail)
