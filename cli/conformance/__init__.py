"""`motcua conformance`: plays what webhooks may bring, and says what a subscriber got wrong."""
