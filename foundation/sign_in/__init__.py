"""Signing in at a page by OpenID Connect: providers, the code flow, and the pages of it."""

from foundation.sign_in.pages import SignInPages

__all__ = ["SignInPages"]
