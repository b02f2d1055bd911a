"""Systems of others that intake speaks to: platforms that take payments."""
