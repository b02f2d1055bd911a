"""`motcua events`: subscriptions to webhooks, as their owner sees them."""
