"""What a desk keeps of a dossier: docket, steps, route, lists, search words, who may read."""
