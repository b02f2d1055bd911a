"""People who come to the counter: times that are booked, and who waits in the hall."""
