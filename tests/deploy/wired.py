"""Metrics that services show of themselves (foundation/figures.py), outside of the foundation."""

SERVICES_OWN = frozenset({"motcua_sends", "motcua_figure_timestamp_seconds"})

# Figures of intake, by agency. Nobody counts them yet; whoever does empties UNWIRED.
DEADLINES = frozenset(
    {"motcua_dossiers_open", "motcua_dossiers_due_soon", "motcua_dossiers_overdue"}
)

UNWIRED = {
    ("agency", "Đang giữ / Open"),
    ("agency", "Sắp đến hạn / Due soon"),
    ("agency", "Quá hạn / Overdue"),
    ("deadlines", "Đang giữ / Open"),
    ("deadlines", "Sắp đến hạn / Due soon"),
    ("deadlines", "Quá hạn / Overdue"),
    ("deadlines", "Đếm cách đây / Counted"),
    ("deadlines", "Quá hạn theo cơ quan / Overdue, by agency"),
    ("deadlines", "Sắp đến hạn theo cơ quan / Due soon, by agency"),
    ("deadlines", "Phần sắp đến hạn / Share that is due soon"),
    ("deadlines", "Quá hạn, diễn biến / Overdue, over time"),
}
"""Panels (dashboard, title) that have no data yet, since they show those figures."""
