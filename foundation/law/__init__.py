"""The law in force as data: which text holds for a rule on a day, and how it is cited.

The table is catalogue-data/law.csv. Whoever refuses, counts or writes to a person names a rule
(`contracts.law.LawRule`) and a moment; the table says which edition and which article that is.
"""

from foundation.law.in_force import (
    cite,
    cite_in_full,
    edition,
    holds,
    law_path,
    law_table,
    load_law,
)
from foundation.law.table import LawRow, LawTable, read_law
from foundation.law.terms import Term, load_terms, read_terms, term

__all__ = (
    "LawRow",
    "LawTable",
    "Term",
    "cite",
    "cite_in_full",
    "edition",
    "holds",
    "law_path",
    "law_table",
    "load_law",
    "load_terms",
    "read_law",
    "read_terms",
    "term",
)
