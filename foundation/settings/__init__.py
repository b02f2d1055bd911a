"""The settings of a process, from its environment: what every process has, and by service."""

from foundation.settings.environment import (
    REQUIRED,
    Settings,
    SettingsError,
    read_settings,
    setting,
    settings_type_of,
    variables,
)
from foundation.settings.groups import (
    AgencyListSettings,
    AgencySettings,
    ObjectStoreSettings,
    PageSettings,
    RetentionSettings,
    ScannerSettings,
    UploadSettings,
    UrgingSettings,
    VaultSettings,
)
from foundation.settings.naming import database_of, queue_of, source_of
from foundation.settings.time_scale import A_DAY, EMBEDDED, TimeScale, read_time_scale

__all__ = [
    "A_DAY",
    "EMBEDDED",
    "REQUIRED",
    "AgencyListSettings",
    "AgencySettings",
    "ObjectStoreSettings",
    "PageSettings",
    "RetentionSettings",
    "ScannerSettings",
    "Settings",
    "SettingsError",
    "TimeScale",
    "UploadSettings",
    "UrgingSettings",
    "VaultSettings",
    "database_of",
    "queue_of",
    "read_settings",
    "read_time_scale",
    "setting",
    "settings_type_of",
    "source_of",
    "variables",
]
