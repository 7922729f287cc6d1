// Walks the published JavaScript client through every operation of the Public API. All it makes
// it deletes again, but one member is taken out for good: run it on a demo, as tests/README.md says.
//
//   GATEHOUSE_API    base address, such as http://127.0.0.1:8000/api
//   GATEHOUSE_TOKEN  secret of a token that holds Workspace Owner

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import process from "node:process";

const load = createRequire(`${process.cwd()}/`);
const client = load("@segment/public-api-sdk-typescript");
const base = process.env.GATEHOUSE_API;
const mark = Date.now().toString(36);
const called = new Set();

function apis(token) {
  const made = client.configureApis(token);
  for (const api of Object.values(made)) api.basePath = base;
  return made;
}

function heard(api) {
  return new Proxy(api, {
    get(target, name) {
      const found = target[name];
      if (typeof found !== "function") return found;
      return (...values) => {
        called.add(name);
        return client.unwrap(found.apply(target, values)).catch((error) => {
          throw Object.assign(error, { operation: name });
        });
      };
    },
  });
}

const page = { count: 200, cursor: "MA==" };
const all = apis(process.env.GATEHOUSE_TOKEN);
const [workspaces, roles, users, groups, labels, sources, destinations] = [
  all.workspaces, all.iamRoles, all.iamUsers, all.iamGroups, all.labels, all.sources,
  all.destinations,
].map(heard);
const [warehouses, plans, functions, spaces, catalog, audit] = [
  all.warehouses, all.trackingPlans, all.functions, all.spaces, all.catalog, all.auditTrail,
].map(heard);

async function refused(status, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.status, status, JSON.stringify(error));
    return true;
  });
}

// Destroys a thing, and once more what has gone then.
async function destroyed(destroy, read) {
  for (const _ of [1, 2]) assert.equal((await destroy()).status, "SUCCESS");
  if (read) await refused(404, read);
}

// What an answer holds: the client makes objects of its own, and names what was not sent.
const said = (answer) => JSON.parse(JSON.stringify(answer));

async function everyPage(list, key) {
  const found = [];
  let cursor = "MA==";
  do {
    const answer = await list({ count: 2, cursor });
    found.push(...answer[key]);
    cursor = answer.pagination.next;
  } while (cursor);
  return found;
}

const { workspace } = await workspaces.getWorkspace();
const everywhere = { id: workspace.id, type: "WORKSPACE" };
const role = Object.fromEntries(
  (await everyPage((p) => roles.listRoles(p), "roles")).map(({ name, id }) => [name, id]),
);

async function walkLabels() {
  const label = { key: "walk", value: `v${mark}`, description: "for a walk" };
  assert.deepEqual({ ...(await labels.createLabel({ label })).label }, label);
  await refused(409, () => labels.createLabel({ label }));
  assert.ok((await labels.listLabels()).labels.some(({ value }) => value === label.value));
  return label;
}

async function walkPeople(label) {
  const people = (await users.listUsers(page)).users;
  const person = (await users.getUser(people.find((u) => u.permissions.length).id)).user;
  const given = { roleId: role["Source Read-only"], resources: [{ ...everywhere, labels: [label] }] };
  const added = await users.addPermissionsToUser(person.id, { permissions: [given] });
  assert.equal(added.permissions[0].roleName, "Source Read-only");
  assert.equal(added.permissions[0].resources[0].labels[0].value, label.value);
  await refused(409, () => labels.deleteLabel(label.key, label.value));
  const back = { permissions: person.permissions.map(({ roleId, resources }) => ({ roleId, resources })) };
  const put = await users.replacePermissionsForUser(person.id, back);
  assert.equal(put.permissions.length, person.permissions.length);
  assert.ok(Array.isArray((await users.listUserGroupsFromUser(person.id, page)).groups));
  return person;
}

async function walkDeparture(spared) {
  const people = await everyPage((p) => users.listUsers(p), "users");
  const owns = ({ permissions }) => permissions.some(({ roleId }) => roleId === role["Workspace Owner"]);
  const leaver = people.findLast((user) => user.id !== spared.id && !owns(user));
  await destroyed(() => users.deleteUsers([leaver.id]), () => users.getUser(leaver.id));
  await refused(422, () => users.deleteUsers(["never"]));
}

async function walkInvites(label) {
  const email = `walk-${mark}@client.test`;
  const permissions = [{ roleId: role["Source Admin"], labels: [label] }];
  const sent = await users.createInvites({ invites: [{ email, permissions }] });
  assert.deepEqual(sent.emails, [email]);
  assert.ok((await everyPage((p) => users.listInvites(p), "invites")).includes(email));
  return email;
}

async function walkGroups(person, invited, label) {
  const made = (await groups.createUserGroup({ name: `Walk ${mark}` })).userGroup;
  const renamed = (await groups.updateUserGroup(made.id, { name: `Walked ${mark}` })).userGroup;
  assert.equal(renamed.name, `Walked ${mark}`);
  const permissions = [{ roleId: role["Source Admin"], resources: [{ ...everywhere, labels: [label] }] }];
  await groups.addPermissionsToUserGroup(made.id, { permissions });
  const put = await groups.replacePermissionsForUserGroup(made.id, { permissions });
  assert.equal(put.permissions.length, 1);
  await groups.addUsersToUserGroup(made.id, { emails: [person.email] });
  const both = { emails: [person.email, invited] };
  assert.equal((await groups.replaceUsersInUserGroup(made.id, both)).userGroup.memberCount, 2);
  assert.equal((await groups.listUsersFromUserGroup(made.id, page)).users[0].email, person.email);
  assert.deepEqual((await groups.listInvitesFromUserGroup(made.id, page)).emails, [invited]);
  const out = await groups.removeUsersFromUserGroup(made.id, [invited, person.email]);
  assert.equal(out.status, "SUCCESS");
  assert.equal((await groups.getUserGroup(made.id)).userGroup.memberCount, 0);
  assert.ok((await groups.listUserGroups(page)).userGroups.some(({ id }) => id === made.id));
  await destroyed(() => groups.deleteUserGroup(made.id), () => groups.getUserGroup(made.id));
}

async function walkCatalog() {
  const kinds = {};
  for (const kind of ["Source", "Destination", "Warehouse"]) {
    const listed = await catalog[`get${kind}sCatalog`](page);
    const [first] = listed[`${kind.toLowerCase()}sCatalog`];
    const one = await catalog[`get${kind}Metadata`](first.id);
    assert.equal(one[`${kind.toLowerCase()}Metadata`].slug, first.slug);
    kinds[kind] = first.id;
  }
  return kinds;
}

async function walkSources(kinds, label) {
  const made = (await sources.createSource({ slug: `walk-${mark}`, enabled: true, metadataId: kinds.Source })).source;
  const slug = `Walk_${mark}`;
  const changed = (await sources.updateSource(made.id, { name: "Walked", enabled: false, slug })).source;
  assert.deepEqual([changed.name, changed.enabled, changed.slug], ["Walked", false, slug]);
  await refused(409, () => sources.createSource({ slug: slug.toUpperCase(), enabled: true, metadataId: kinds.Source }));
  const wanted = { labels: [{ key: label.key, value: label.value }] };
  assert.equal((await sources.addLabelsToSource(made.id, wanted)).labels.length, 1);
  assert.deepEqual((await sources.replaceLabelsInSource(made.id, { labels: [] })).labels, []);
  assert.ok((await sources.listSources(page)).sources.some(({ id }) => id === made.id));
  assert.equal((await sources.getSource(made.id)).trackingPlanId, null);
  return made;
}

async function walkSettings(source) {
  const { settings } = (await sources.updateSource(source.id, { settings: { host: "a", apiKey: mark } })).source;
  assert.equal(settings.host, "a");
  assert.notEqual(settings.apiKey, mark);
  const back = await sources.updateSource(source.id, { settings });
  assert.deepEqual(back.source.settings, settings);
  const first = { track: { allowUnplannedEvents: false, commonEventOnViolations: "OMIT_PROPERTIES" } };
  const put = await sources.updateSchemaSettingsInSource(source.id, first);
  assert.equal(put.sourceId, source.id);
  const second = { group: { allowTraitsOnViolations: true }, forwardingViolationsTo: source.id };
  await sources.updateSchemaSettingsInSource(source.id, second);
  const read = (await sources.listSchemaSettingsInSource(source.id)).settings;
  assert.deepEqual(said(read), { ...first, ...second });
}

async function walkDestinations(kinds, source) {
  const input = { sourceId: source.id, metadataId: kinds.Destination, settings: {}, name: `Walk ${mark}` };
  const made = (await destinations.createDestination(input)).destination;
  const changed = await destinations.updateDestination(made.id, { enabled: false });
  assert.equal(changed.destination.enabled, false);
  assert.equal((await destinations.getDestination(made.id)).destination.sourceId, source.id);
  assert.ok((await destinations.listDestinations(page)).destinations.length);
  const under = await sources.listConnectedDestinationsFromSource(source.id, page);
  assert.deepEqual(under.destinations.map(({ id }) => id), [made.id]);
  await destroyed(() => destinations.deleteDestination(made.id), () => destinations.getDestination(made.id));
}

async function walkWarehouses(kinds, source) {
  const input = { metadataId: kinds.Warehouse, settings: {}, name: `Walk ${mark}` };
  const made = (await warehouses.createWarehouse(input)).warehouse;
  const changed = await warehouses.updateWarehouse(made.id, { settings: {}, name: `Walked ${mark}` });
  assert.equal(changed.warehouse.settings.name, `Walked ${mark}`);
  assert.equal((await warehouses.getWarehouse(made.id)).warehouse.id, made.id);
  assert.ok((await warehouses.listWarehouses(page)).warehouses.length);
  const joined = await warehouses.addConnectionFromSourceToWarehouse(made.id, source.id);
  assert.equal(joined.status, "CONNECTED");
  const there = await warehouses.listConnectedSourcesFromWarehouse(made.id, page);
  assert.deepEqual(there.sources.map(({ id }) => id), [source.id]);
  const back = await sources.listConnectedWarehousesFromSource(source.id, page);
  assert.deepEqual(back.warehouses.map(({ id }) => id), [made.id]);
  const part = () => warehouses.removeSourceConnectionFromWarehouse(made.id, source.id);
  await destroyed(part);
  await destroyed(() => warehouses.deleteWarehouse(made.id), () => warehouses.getWarehouse(made.id));
  await destroyed(part);
}

async function walkPlans(source) {
  const made = (await plans.createTrackingPlan({ name: `Walk ${mark}`, type: "LIVE" })).trackingPlan;
  assert.ok((await plans.updateTrackingPlan(made.id, { name: `Walked ${mark}` })).status);
  assert.equal((await plans.getTrackingPlan(made.id)).trackingPlan.name, `Walked ${mark}`);
  assert.ok((await plans.listTrackingPlans(page, "LIVE")).trackingPlans.length);
  await plans.addSourceToTrackingPlan(made.id, { sourceId: source.id });
  assert.equal((await plans.listSourcesFromTrackingPlan(made.id, page)).sources[0].id, source.id);
  await walkRules(made);
  const part = () => plans.removeSourceFromTrackingPlan(made.id, source.id);
  await destroyed(part);
  await destroyed(() => plans.deleteTrackingPlan(made.id), () => plans.getTrackingPlan(made.id));
  await destroyed(part);
}

async function walkRules(plan) {
  const jsonSchema = { type: "object", properties: { total: { type: "number" } } };
  const rules = [1, 2].map((version) => ({ type: "TRACK", key: "Order Done", version, jsonSchema }));
  rules.push({ type: "IDENTIFY", version: 1, jsonSchema });
  for (const wanted of [rules, rules.slice(1), []]) {
    assert.equal((await plans.replaceRulesInTrackingPlan(plan.id, { rules: wanted })).status, "SUCCESS");
    const found = await everyPage((p) => plans.listRulesFromTrackingPlan(plan.id, p), "rules");
    assert.deepEqual(found.map(({ createdAt, updatedAt, ...rule }) => said(rule)), wanted);
    assert.ok(found.every(({ createdAt, updatedAt }) => createdAt <= updatedAt));
  }
}

async function walkFunctions() {
  const input = { code: "// walk", displayName: `Walk ${mark}`, resourceType: "SOURCE" };
  const made = (await functions.createFunction(input)).function;
  const changed = await functions.updateFunction(made.id, { displayName: `Walked ${mark}` });
  assert.equal(changed.function.displayName, `Walked ${mark}`);
  assert.ok(await functions.createFunctionDeployment(made.id));
  assert.equal((await functions.getFunction(made.id)).function.code, "// walk");
  assert.ok((await functions.listFunctions(page, "SOURCE")).functions.length);
  await destroyed(() => functions.deleteFunction(made.id), () => functions.getFunction(made.id));
}

async function walkSpaces() {
  const [first] = (await spaces.listSpaces(page)).spaces;
  assert.equal((await spaces.getSpace(first.id)).space.slug, first.slug);
}

async function walkTrail(label) {
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const { events } = await audit.listAuditEvents(page, since);
  const types = new Set(events.map(({ type }) => type));
  for (const type of ["Label Created", "User Group Deleted", "Source Created", "Policy Created"]) {
    assert.ok(types.has(type), type);
  }
  const made = events.find(({ resourceName }) => resourceName === `${label.key}:${label.value}`);
  const mine = await audit.listAuditEvents(page, since, undefined, made.resourceId);
  assert.ok(mine.events.length && mine.events.every((event) => event.resourceId === made.resourceId));
}

const label = await walkLabels();
const person = await walkPeople(label);
const invited = await walkInvites(label);
await walkGroups(person, invited, label);
const kinds = await walkCatalog();
const source = await walkSources(kinds, label);
await walkSettings(source);
await walkDestinations(kinds, source);
await walkWarehouses(kinds, source);
await walkPlans(source);
await walkFunctions();
await walkSpaces();
await destroyed(() => sources.deleteSource(source.id), () => sources.getSource(source.id));
await destroyed(() => users.deleteInvites([invited]));
await destroyed(() => labels.deleteLabel(label.key, label.value));
await walkDeparture(person);
await walkTrail(label);
await refused(401, () => heard(apis("gth_nothing").workspaces).getWorkspace());

console.log(`${called.size} operations of the client walked: ${[...called].sort().join(", ")}`);
