"""Rules of the feed and of the subscriptions; pure."""
