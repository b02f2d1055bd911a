"""What subscriptions must know to call the targets of webhooks and to keep the log."""

from dataclasses import dataclass

from foundation.settings import AgencyListSettings, PageSettings, VaultSettings, setting


@dataclass(frozen=True, kw_only=True)
class SubscriptionsSettings(AgencyListSettings, PageSettings, VaultSettings):
    """As whom it calls, which networks inside it may call, when it tries again, what it keeps.

    Its vault seals the keys that webhooks are signed with; its master keys are a file of its own.
    """

    webhook_origin: str = setting(
        "host name by which targets of webhooks know who asks them (WebHook-Request-Origin)",
        default="motcua",
    )
    webhook_networks: str = setting(
        "networks of your own that webhooks may call, parted by commas (10.20.0.0/16); there http "
        "and IP addresses may be used, too; empty allows the Internet alone",
        default="",
    )
    webhook_delays: tuple[int, ...] = setting(
        "seconds before each new attempt of a webhook: 9 of them in 75 hours",
        default="5,60,600,3600,14400,36000,64800,72000,78535",
    )
    events_kept_days: int = setting(
        "for how many days the event log keeps an event; 0 is for ever", default="0"
    )
