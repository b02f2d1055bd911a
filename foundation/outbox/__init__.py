"""Stores whose every write also keeps the messages it causes, and the relay that sends them."""
