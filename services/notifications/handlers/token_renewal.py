"""Renews the tokens that providers know us by: claimed, asked, stored, and only then used."""

import uuid
from collections.abc import Iterator
from functools import partial

from foundation.observability.fault_points import reached
from foundation.observability.logs import log
from foundation.scheduling import everywhere
from services.notifications.domain import provider_token as domain
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.provider_token import GivenTokens, ProviderToken
from services.notifications.handlers.context import MessagesContext
from services.notifications.outside.zalo import ZaloNotification
from services.notifications.outside.zalo_token import RenewalAnswer, RenewedToken
from services.notifications.store import ProviderTokens


class TokenRenewal(MessagesContext):
    """Every process holds what is stored; one of them renews it when it is due."""

    provider_tokens = ProviderTokens()

    @everywhere(5)
    def tend_tokens(self) -> None:
        """Learn what another renewed, tell what was refused, and renew what is due."""
        for name, held in self._renewing():
            self._tend(name, held)

    def _renewing(self) -> Iterator[tuple[str, RenewedToken]]:
        """The providers whose token we renew, by name."""
        for each in self.providers.of(NoticeChannel.ZALO):
            if isinstance(each, ZaloNotification) and isinstance(each.token, RenewedToken):
                yield each.address.name, each.token

    def _tend(self, name: str, held: RenewedToken) -> None:
        if held.unstored:
            self._store(name, held)
        token = self._known(name, held)
        if held.refused and held.renewal == token.renewal and not token.refused:
            refused = partial(domain.refuse, renewal=held.renewal)
            token = self.provider_tokens.change(name, refused)
        if domain.is_due(token, self.clock.real()):
            token = self._renewed(name, held)
        held.hold(self.letters.opened_text(token.access), token.renewal)

    def _known(self, name: str, held: RenewedToken) -> ProviderToken:
        """What is stored; a refresh token that the operator put into the file goes before it."""
        found, (refresh, seed) = self.provider_tokens.known(name), held.first_refresh_token()
        if found and found.seed == seed:
            return found
        sealed = self.letters.sealed_text(refresh)
        seeded = partial(domain.seeded, seed=seed, refresh=sealed)
        blank = domain.begin(name, seed, sealed)
        return self.provider_tokens.change_or_create(name, blank, seeded)

    def _renewed(self, name: str, held: RenewedToken) -> ProviderToken:
        """As it is stored afterwards, by whomever it was renewed."""
        me = uuid.uuid4().hex
        claimed = partial(domain.claim, by=me, now=self.clock.real())
        token = self.provider_tokens.change(name, claimed)
        if token.claim != me:
            return token
        reached("token.claimed")
        answer = held.ask(self.letters.opened_text(token.refresh))
        reached("token.given")
        if answer.access:
            held.unstored = token, answer
            return self._store(name, held) or token
        self._say(name, answer)
        failed = partial(domain.fail, by=me, now=self.clock.real())
        return self.provider_tokens.change(name, failed)

    def _store(self, name: str, held: RenewedToken) -> ProviderToken | None:
        """Store what was given; if that fails it is kept here, and stored the next time."""
        if held.unstored is None:
            return None
        claimed, answer = held.unstored
        given = GivenTokens(
            access=self.letters.sealed_text(answer.access),
            refresh=self.letters.sealed_text(answer.refresh),
            lifetime=answer.lifetime,
        )
        renew = partial(domain.renew, claimed=claimed, given=given, now=self.clock.real())
        stored = self.provider_tokens.change(name, renew)
        held.unstored = None
        return stored

    @staticmethod
    def _say(name: str, answer: RenewalAnswer) -> None:
        """What an operator must know: for a refresh token that is no more, a new one is needed."""
        if answer.refused:
            log.error("provider_token_refused", provider=name, reason=answer.reason)
        else:
            log.warning("provider_token_not_renewed", provider=name, reason=answer.reason)
