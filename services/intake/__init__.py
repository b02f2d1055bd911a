"""The dossier from submission to handing back the result: its route and its statutory clock."""
