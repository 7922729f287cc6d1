/* Serves oidc-provider on a free port of this machine: for one client, and people without passwords.

Takes one argument, JSON: the client as its metadata, and what is told of people by their subject,
which is also what they type to sign in. Prints its issuer once it listens.
*/

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const { client, people } = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" };

function findAccount(_context, sub) {
  const person = people[sub];
  return person && { accountId: sub, claims: () => ({ sub, ...person }) };
}

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [client],
  findAccount,
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  // The console listens on this machine, which the provider by itself would not call.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  pkce: { required: () => true },
});
server.on("request", provider.callback());
console.log(issuer);
