"""Terraform's cycle, call for call as the vendor's provider does it, over real HTTP.

Each kind of thing is made from a plan, read, changed and destroyed; what `read` returns must
equal the plan, or the next `terraform plan` would not be empty.
"""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

MOST = 200  # what the provider asks for at once
FIRST = "MA=="  # where it begins to leaf


class Failed(Exception):
    """An answer that the provider shows as an error."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Client:
    """What the provider calls the API by."""

    def __init__(self, url: str, secret: str) -> None:
        self.host, self.secret = urlsplit(url).netloc, secret

    def __call__(
        self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None
    ) -> Any:
        """Return `data` of the answer. Raises Failed for what is no success."""
        line = HTTPConnection(self.host, timeout=30)
        headers = {"Authorization": f"Bearer {self.secret}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        text = None if body is None else json.dumps(body)
        asked = f"?{urlencode(query)}" if query else ""
        line.request(method, f"/api{path}{asked}", text, headers)
        answer = line.getresponse()
        said = json.loads(answer.read())
        line.close()
        if answer.status not in {200, 201}:
            raise Failed(answer.status, said)
        return said["data"]

    def leaf(self, path: str, key: str, query: dict[str, str] | None = None) -> list[Any]:
        """Return all rows of a list; the loop goes on while `next` is there, whatever it is."""
        found, cursor = [], {"cursor": FIRST}
        while "cursor" in cursor:
            page = {f"pagination[{k}]": str(v) for k, v in {"count": MOST, **cursor}.items()}
            data = self("GET", path, query={**(query or {}), **page})
            found += data[key]
            pages = data["pagination"]
            cursor = {"cursor": pages["next"]} if "next" in pages else {}
        return found


def held(permissions: list[dict[str, Any]]) -> list[Any]:
    """Return permissions as the provider compares them: sets, without the role's name."""
    return sorted(
        (
            permission["roleId"],
            sorted(
                (
                    place["id"],
                    place["type"],
                    sorted((x["key"], x["value"]) for x in place["labels"]),
                )
                for place in permission["resources"]
            ),
        )
        for permission in permissions
    )


class UserGroup:
    """`segment_user_group`: a name, members by address, permissions."""

    def __init__(self, call: Client, plan: dict[str, Any]) -> None:
        self.call = call
        self.id = call("POST", "/groups", {"name": plan["name"]})["userGroup"]["id"]
        self._put(plan)

    def _put(self, plan: dict[str, Any]) -> None:
        self.call("PUT", f"/groups/{self.id}/permissions", {"permissions": plan["permissions"]})
        if plan["members"]:
            self.call("PUT", f"/group/{self.id}/users", {"emails": plan["members"]})
        self.call("GET", f"/groups/{self.id}")

    def read(self) -> dict[str, Any]:
        group = self.call("GET", f"/groups/{self.id}")["userGroup"]
        page = {"pagination[count]": str(MOST)}
        users = self.call("GET", f"/groups/{self.id}/users", query=page)["users"]
        invited = self.call("GET", f"/groups/{self.id}/invites", query=page)["emails"]
        return {
            "name": group["name"],
            "members": sorted([*(user["email"] for user in users), *invited]),
            "permissions": held(group["permissions"]),
        }

    def update(self, plan: dict[str, Any]) -> None:
        self.call("PATCH", f"/groups/{self.id}", {"name": plan["name"]})
        self._put(plan)

    def destroy(self) -> None:
        self.call("DELETE", f"/groups/{self.id}")


def planned_group(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": plan["name"],
        "members": sorted(plan["members"]),
        "permissions": held(plan["permissions"]),
    }


class User:
    """`segment_user`: an address and permissions; an invite until it is accepted."""

    def __init__(self, call: Client, plan: dict[str, Any]) -> None:
        self.call, self.plan = call, plan
        self._invite(plan)

    def _invite(self, plan: dict[str, Any]) -> None:
        """The provider's shape of an invite has no labels in its resources."""
        permissions = [
            {
                "roleId": permission["roleId"],
                "resources": [{"id": p["id"], "type": p["type"]} for p in permission["resources"]],
            }
            for permission in plan["permissions"]
        ]
        invite = {"email": plan["email"], "permissions": permissions}
        self.call("POST", "/invites", {"invites": [invite]})
        self.plan = plan

    def _found(self) -> dict[str, Any] | None:
        users = self.call.leaf("/users", "users")
        return next((user for user in users if user["email"] == self.plan["email"]), None)

    def read(self) -> dict[str, Any]:
        user = self._found()
        if user is None:
            return {"email": self.plan["email"], "permissions": held(self.plan["permissions"])}
        user = self.call("GET", f"/users/{user['id']}")["user"]
        return {"email": user["email"], "permissions": held(user["permissions"])}

    def update(self, plan: dict[str, Any]) -> None:
        user = self._found()
        if user is None:
            self.call("DELETE", "/invites", query={"emails[0]": self.plan["email"]})
            self._invite(plan)
            return
        body = {"permissions": plan["permissions"]}
        self.call("PUT", f"/users/{user['id']}/permissions", body)
        self.call("GET", f"/users/{user['id']}")
        self.plan = plan

    def destroy(self) -> None:
        """The provider takes out a user of no id after it withdrew an invite."""
        user = self._found()
        if user is None:
            self.call("DELETE", "/invites", query={"emails[0]": self.plan["email"]})
        self.call("DELETE", "/users", query={"userIds[0]": user["id"] if user else ""})


def planned_user(plan: dict[str, Any]) -> dict[str, Any]:
    return {"email": plan["email"], "permissions": held(plan["permissions"])}


class Label:
    """`segment_label`: every change makes another one."""

    def __init__(self, call: Client, plan: dict[str, str]) -> None:
        self.call, self.plan = call, plan
        call("POST", "/labels", {"label": plan})

    def read(self) -> dict[str, str] | None:
        key, value = self.plan["key"], self.plan["value"]
        labels = self.call("GET", "/labels")["labels"]
        found = next((x for x in labels if (x["key"], x["value"]) == (key, value)), None)
        if found and not found["description"]:
            del found["description"]  # the provider reads an empty one as none
        return found

    def destroy(self) -> None:
        path = f"/labels/{quote(self.plan['key'])}/{quote(self.plan['value'])}"
        self.call("DELETE", path)
