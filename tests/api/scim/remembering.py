"""A directory that remembers what it said: what its calls should have left behind."""

from dataclasses import dataclass, field

OFF, ON = False, True
# Ways to say the same, as directories do.
SWITCHES = (
    lambda on: {"op": "replace", "value": {"active": on}},
    lambda on: {"op": "Replace", "path": "active", "value": str(on)},
    lambda on: {"op": "replace", "path": "Active", "value": on},
)
REMOVALS = (
    lambda ident: {"op": "remove", "path": f'members[value eq "{ident}"]'},
    lambda ident: {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": ident}]},
)


def refs(idents):
    return [{"value": ident} for ident in idents]


@dataclass
class Person:
    address: str
    name: str
    external: str
    active: bool = True


@dataclass
class Group:
    name: str
    external: str
    members: set[str] = field(default_factory=set)


class Remembering:
    """Calls at random, and keeps in `people` and `groups` what should be there."""

    def __init__(self, scim, chance):
        self.scim, self.chance = scim, chance
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.deleted: dict[str, str] = {}
        self.made = 0

    def anybody(self, *, active=None):
        fitting = [i for i, one in self.people.items() if active in {None, one.active}]
        return self.chance.choice(fitting)

    def some(self):
        """Choose a few people, active or not: directories push both."""
        return self.chance.sample(
            list(self.people), min(len(self.people), self.chance.randint(0, 8))
        )

    def any_group(self):
        return self.chance.choice(list(self.groups))

    def hire(self):
        self.made += 1
        person = Person(f"p{self.made}@acme.test", f"Person {self.made}", f"x{self.made}")
        self._post(person)

    def _post(self, person):
        said = self.scim.ok("POST", "/Users", {
            "userName": person.address.upper(), "displayName": person.name,
            "externalId": person.external, "active": person.active,
        }, status=201)  # fmt: skip
        assert self.deleted.get(person.address, said["id"]) == said["id"]
        self.people[said["id"]] = person

    def hire_again(self):
        if self.deleted:
            address = self.chance.choice(list(self.deleted))
            number = address.partition("@")[0].removeprefix("p")
            self._post(Person(address, f"Person {number}", f"again {number}"))
            del self.deleted[address]

    def switch(self):
        ident, on = self.anybody(), self.chance.choice([OFF, OFF, ON])
        person = self.people[ident]
        if self.chance.random() < 0.3:
            body = {"userName": "else@acme.test", "displayName": "Else", "active": on}
            self.scim.ok("PUT", f"/Users/{ident}", body | {"externalId": person.external})
        else:
            self.scim.patch(f"/Users/{ident}", self.chance.choice(SWITCHES)(on))
        if person.active and not on:
            self._out_of_groups(ident)
        person.active = on

    def link(self):
        ident = self.anybody()
        external = self.people[ident].external = f"y{self.chance.random()}"
        step = {"op": "replace", "value": {"externalId": external, "displayName": "Else"}}
        self.scim.patch(f"/Users/{ident}", step)

    def fire(self):
        ident = self.anybody()
        self.scim.ok("DELETE", f"/Users/{ident}", status=204)
        self.deleted[self.people.pop(ident).address] = ident
        self._out_of_groups(ident)

    def _out_of_groups(self, ident):
        for group in self.groups.values():
            group.members.discard(ident)

    def found(self):
        self.made += 1
        group = Group(f"Group {self.made}", "", set(self.some()))
        said = self.scim.ok("POST", "/Groups", {
            "displayName": group.name, "members": refs(group.members)
        }, status=201)  # fmt: skip
        self.groups[said["id"]] = group

    def rename(self):
        ident = self.any_group()
        self.made += 1
        name = self.groups[ident].name = f"Renamed {self.made}"
        self.scim.patch(f"/Groups/{ident}", {"op": "replace", "value": {"displayName": name}})

    def regroup(self):
        """Add some, take one out, by one message in order."""
        ident, some = self.any_group(), self.some()
        group = self.groups[ident]
        gone = self.chance.choice(sorted(self.people))
        steps = [
            {"op": "add", "path": "members", "value": refs(some)},
            self.chance.choice(REMOVALS)(gone),
        ]
        self.scim.patch(f"/Groups/{ident}", *steps)
        group.members = (group.members | set(some)) - {gone}

    def push(self):
        """Say the whole group at once."""
        ident, some = self.any_group(), self.some()
        group = self.groups[ident]
        group.members, group.external = set(some), f"z{self.chance.random()}"
        body = {"displayName": group.name, "externalId": group.external, "members": refs(some)}
        self.scim.ok("PUT", f"/Groups/{ident}", body)

    def disband(self):
        if len(self.groups) > 1:
            ident = self.any_group()
            self.scim.ok("DELETE", f"/Groups/{ident}", status=204)
            del self.groups[ident]

    def do_anything(self):
        self.chance.choice([
            self.hire, self.hire_again, self.switch, self.switch, self.switch, self.link, self.fire,
            self.found, self.rename, self.regroup, self.regroup, self.regroup, self.push,
            self.disband,
        ])()  # fmt: skip
