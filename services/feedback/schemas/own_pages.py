"""Schemas of what the pages of feedback are asked by."""

from marshmallow import Schema

from foundation.web.text_fields import CodeLine


class StartQuery(Schema):
    """Query of a form: about which dossier it is, if about one."""

    dossier = CodeLine(100, load_default="")


class FollowQuery(Schema):
    """Query of following: the code of a feedback or denunciation."""

    code = CodeLine(100, load_default="")
