"""Hands a service its settings.

Not handed on by the package: it needs nameko, which the command `motcua` does without.
"""

from typing import Any, Generic, overload

from foundation.injection import Provider
from foundation.settings.environment import SettingsT


class SettingsProvider(Provider, Generic[SettingsT]):
    """A dependency provider: `settings = SettingsProvider(IntakeSettings)`, then `self.settings`.

    The type is that of the service's `settings_type`, so that a type checker knows each setting.
    """

    def __init__(self, settings_type: type[SettingsT]) -> None:
        """`settings_type` is what the service's own `settings_type` says."""
        self.settings_type = settings_type

    # On the class this is the provider; on an instance nameko puts the settings in its place.
    @overload
    def __get__(self, service: None, owner: type) -> "SettingsProvider[SettingsT]": ...

    @overload
    def __get__(self, service: object, owner: type) -> SettingsT: ...

    def __get__(self, service: object | None, owner: type) -> Any:
        """The provider itself."""
        return self

    def provided(self) -> SettingsT:
        """The frozen settings of this process."""
        settings: SettingsT = self.container.config["settings"]
        return settings
