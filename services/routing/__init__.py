"""One agency's desk: its inbox of steps, its officers' work, its explanations to citizens."""
