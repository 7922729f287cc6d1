"""An independent client reads what is published, and tries all of it."""

import logging

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.api.conftest import secret_for

WRONG = {Status.ERROR, Status.CRITICAL, Status.DEVIATION}
CHECKS = {
    "object_creation", "object_deletion", "object_query", "object_query_without_id",
    "object_query_with_attributes", "object_list_with_attributes", "object_replacement",
    "check_add_attribute", "check_remove_attribute", "check_replace_attribute",
}  # fmt: skip


class SensibleClient(WSGISCIMClient):
    """Sends people who can be: the checks make up a `userName` that is no address, and put
    people into groups whom they may have made inactive."""

    def request(self, method, url, **options):
        if method == "POST" and url == "/Users":
            sent = options["json"]
            options["json"] = sent | {"userName": f"{sent['userName']}@acme.test", "active": True}
        return super().request(method, url, **options)


@pytest.fixture
def results(world, served, settings, caplog):
    caplog.set_level(logging.CRITICAL)
    secret = secret_for(world.workspace, name="directory", kind="scim")
    headers = {"Authorization": f"Bearer {secret}"}
    return check_server(SensibleClient(served, f"{settings.SITE_URL}/scim/v2", headers))


def test_what_is_published_is_what_is_done(results):
    assert [(one.title, one.reason) for one in results if one.status in WRONG] == []
    done = {(one.title, one.resource_type) for one in results if one.status is Status.SUCCESS}
    assert {(check, kind) for check in CHECKS for kind in ("User", "Group")} <= done
    skipped = {one.title for one in results if one.status is Status.SKIPPED}
    assert skipped == {"search_with_attributes"}  # not served: 501
