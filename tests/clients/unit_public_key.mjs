// A unit's system that holds no secret: it checks the Ed25519 signature `v1a` of every call with the public key alone, by
// OpenSSL. Prints one JSON object per line: `listening`, then reads its `whpk_…` from its first line of input, then
// `checked` for every call.
import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const say = (event, details) => console.log(JSON.stringify({ event, ...details }));
const ED25519 = Buffer.from("302a300506032b6570032100", "hex"); // how SubjectPublicKeyInfo begins
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const key = lines.next().then(({ value }) => {
  const raw = Buffer.from(value.trim().replace("whpk_", ""), "base64");
  return createPublicKey({ key: Buffer.concat([ED25519, raw]), format: "der", type: "spki" });
});

async function fits(headers, body) {
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`), body]);
  const signatures = headers["webhook-signature"].split(" ").filter((one) => one.startsWith("v1a,"));
  const known = await key;
  return signatures.some((one) => verify(null, signed, known, Buffer.from(one.slice(4), "base64")));
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const right = await fits(request.headers, body);
  say("checked", { right, changed: await fits(request.headers, Buffer.concat([body, Buffer.from(" ")])) });
  response.writeHead(right ? 204 : 401).end();
}).listen(0, "127.0.0.1", () => say("listening", { port: server.address().port }));
