"""The agency's people: roles and rights, the book of officers, and the rules of who is told."""
