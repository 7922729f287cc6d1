"""What answers a call that leaves nothing to show; no body is ever empty."""

from ninja import Schema

SUCCESS = {"data": {"status": "SUCCESS"}}


class StatusData(Schema):
    status: str


class StatusAnswer(Schema):
    data: StatusData
