"""Late work: warnings, reminders by rule, the director's list and urging."""
