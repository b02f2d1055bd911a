"""The routes, message handlers and jobs of the documents service, by what they are about."""
