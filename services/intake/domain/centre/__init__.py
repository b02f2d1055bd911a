"""The centre as a whole: its figures of today, and the dossiers behind each of them."""
