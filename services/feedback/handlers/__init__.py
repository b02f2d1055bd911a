"""The handlers of the feedback service, by what comes in."""
