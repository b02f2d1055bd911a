"""Tables as offices keep them, in CSV or XLSX, read into rows with the names of known columns."""

from foundation.tables.csv_text import read_csv
from foundation.tables.encoding import text_of
from foundation.tables.fixed import read_fixed
from foundation.tables.heads import Column, Heads
from foundation.tables.sheet import Sheet, SheetRow, letter
from foundation.tables.table import Table, TableLine, read_table
from foundation.tables.xlsx import read_xlsx

__all__ = [
    "Column",
    "Heads",
    "Sheet",
    "SheetRow",
    "Table",
    "TableLine",
    "letter",
    "read_csv",
    "read_fixed",
    "read_table",
    "read_xlsx",
    "text_of",
]
