"""Metrics that services show of themselves (foundation/figures.py), outside of the foundation."""

# Told by the Figures of intake. Nobody counts them yet: whoever does takes them out of UNWIRED.
DEADLINES = frozenset(
    {"motcua_dossiers_open", "motcua_dossiers_due_soon", "motcua_dossiers_overdue"}
)
UNWIRED = DEADLINES

SERVICES_OWN = frozenset({"motcua_sends", "motcua_figure_timestamp_seconds"})
