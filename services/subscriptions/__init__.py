"""Tells machines: keeps every event in one numbered log that integrators read at their own pace."""
