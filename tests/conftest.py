"""Fixtures for every kind of test; the real parts start only when a test asks for them.

Hypothesis draws the same few examples everywhere, without time-outs on a busy machine.
HYPOTHESIS_PROFILE=deep draws many, and new ones each time: before a release, or after a change
to something that a property guards.
"""

import os

from hypothesis import settings

pytest_plugins = ["tests.platform_fixtures"]

settings.register_profile("ci", max_examples=30, derandomize=True, deadline=None, database=None)
settings.register_profile("deep", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
