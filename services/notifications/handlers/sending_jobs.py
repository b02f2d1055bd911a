"""Timers that send what is due, take the next step of ladders, and close what nobody answers."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from foundation.observability.fault_points import reached
from foundation.observability.service_metrics import ServiceCounter
from foundation.scheduling import every
from foundation.scheduling.job_runner import BATCH
from services.notifications.domain import balance, ladder, quiet, sending, situation
from services.notifications.domain import notice as domain
from services.notifications.domain.balance import ProviderShares
from services.notifications.domain.keeping import forgotten
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.handlers.context import MessagesContext
from services.notifications.handlers.times import show_times
from services.notifications.outside.provider import MessageProvider


class SendingJobs(MessagesContext):
    """What is done about messages as time passes; each timer runs in one process of several."""

    sends = ServiceCounter("motcua_sends", "Tries to send a message", by=("channel", "result"))

    @every(1)
    def send_mail(self) -> None:
        """Hand the letters that are due to the mail relay."""
        self.send(NoticeChannel.EMAIL)

    @every(1)
    def send_sms(self) -> None:
        """Hand the SMS that are due to the gateway."""
        self.send(NoticeChannel.SMS)

    @every(1)
    def send_by_zalo(self) -> None:
        """Hand the messages that are due to Zalo."""
        self.send(NoticeChannel.ZALO)

    @every(5)
    def climb(self) -> None:
        """Take the next step of each ladder whose last one did not arrive in time."""
        due = partial(self.notices.climbing, self.clock.real())
        self.job_runner.run("climb", due, self._climb)

    @every(60)
    def close_unanswered(self) -> None:
        """Stop waiting for receipts after 72 hours."""
        due = partial(self.notices.unanswered, self.clock.real())
        self.job_runner.run("close_unanswered", due, self._close)

    @every(60)
    def forget(self) -> None:
        """Remove the words and the address of messages whose time is over."""
        due = partial(self.notices.to_forget, self.clock.real())
        self.job_runner.run("forget", due, self._forget)

    def send(self, channel: NoticeChannel) -> None:
        """Send what is due, one after the other; give up on what a crash left half-sent."""
        now = self.clock.real()
        left = partial(self.notices.left_behind, channel, now)
        self.job_runner.run(f"give_up_{channel.value}", left, self._give_up)
        providers = {each.address.name: each for each in self.providers.of(channel)}
        for each in providers.values():
            each.keep()
        if providers:
            shares = self._balanced(channel, list(providers)).shares
            due = partial(self._due, channel)
            work = partial(self._send, providers=providers, shares=shares)
            self.job_runner.run(f"send_{channel.value}", due, work)

    def _due(self, channel: NoticeChannel, *, limit: int) -> list[str]:
        """What is due, and no more than the providers may be handed now; `limit` passes over some.

        What is passed over is in quarantine, so that it takes nobody's room.
        """
        room = self.providers.pace.room_of(self.providers.of(channel)) + limit - BATCH
        most = min(limit, room)
        return self.notices.due(channel, self.clock.real(), limit=most) if most > 0 else []

    def _balanced(self, channel: NoticeChannel, names: list[str]) -> ProviderShares:
        """Who carries how much from now on; a change is stored with its reason."""
        known = self.shares.find_one({"_id": channel.value}) or balance.rest(channel.value, names)
        figures, now = self.providers.pace.figures(), self.clock.real()
        shares, _ = balance.balance(known, names, figures, now)
        return shares if shares == known else self.shares.save(shares)

    def _give_up(self, notice_id: str) -> None:
        self.notices.change(notice_id, partial(sending.give_up, now=self.clock.real()))

    def _send(
        self, notice_id: str, providers: Mapping[str, MessageProvider], shares: Mapping[str, int]
    ) -> None:
        """Mark it, hand it over, note the answer: whoever dies in between sends nothing twice."""
        notice, now = self.notices.change(notice_id, domain.set_aside), self.clock.real()
        if not sending.is_due(notice, now):
            return
        provider = self._provider(notice, providers, shares)
        wait = self.providers.carrier_pace.wait(provider, notice)
        if wait:
            until = now + timedelta(seconds=wait)
            self.notices.change(notice_id, partial(sending.put_off, until=until))
            return
        marked = self.notices.save(sending.take_up(notice, provider.address.name, now))
        self._hand_over(marked, provider)

    def _hand_over(self, marked: domain.Notice, provider: MessageProvider) -> None:
        name, pace = provider.address.name, self.providers.pace
        reached("notice_marked")
        began = pace.clock()
        answer = provider.send(self.letters.opened(marked))
        reached("notice_handed")
        pace.count(name, answer, pace.clock() - began)
        self.sends.add(marked.channel.value, answer.outcome.value)
        conclude = partial(sending.conclude, answer=answer, now=self.clock.real())
        show_times(marked, self.notices.change(marked.id, conclude))
        reached("notice_concluded")

    def _provider(
        self,
        notice: domain.Notice,
        providers: Mapping[str, MessageProvider],
        shares: Mapping[str, int],
    ) -> MessageProvider:
        """Who carries it: by the shares, among those that may be handed one more now."""
        pace = self.providers.pace
        free = [name for name, each in providers.items() if pace.room(each) > 0]
        return providers[balance.choose_provider(notice, shares, free or list(providers))]

    def _close(self, notice_id: str) -> None:
        self.notices.change(notice_id, partial(sending.close, now=self.clock.real()))

    def _forget(self, notice_id: str) -> None:
        self.notices.change(notice_id, forgotten)

    def _climb(self, notice_id: str) -> None:
        now = self.clock.real()
        notice = self.notices.change(notice_id, partial(ladder.overtaken, now=now))
        if notice.climbing:
            spare, urgent = ladder.spares_next(notice), situation.is_urgent(notice.kind)
            hours = quiet.read_quiet_plan(self.settings.quiet_hours).of(notice.kind, urgent=urgent)
            step = partial(ladder.take_step, now=now, spare=spare, hours=hours)
            self.notices.change(notice.next_step, step)
            self.notices.change(notice.id, ladder.climbed)
