"""Metrics of single services (foundation/observability/service_metrics.py)."""

SERVICES_OWN = frozenset(
    {
        "motcua_sends",
        "motcua_figure_timestamp_seconds",
        "motcua_calendar_planned_days",
        "motcua_webhooks",
        "motcua_webhook_lag_events",
        "motcua_payment_notices",
        "motcua_token_renewal_failures",
        "motcua_token_expiry_timestamp_seconds",
    }
)

# Figures of intake, by agency.
DEADLINES = frozenset(
    {"motcua_dossiers_open", "motcua_dossiers_due_soon", "motcua_dossiers_overdue"}
)

UNWIRED: frozenset[tuple[str, str]] = frozenset()
"""Panels (dashboard, title) that have no data yet, since nobody shows their figures."""
