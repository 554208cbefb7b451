// A unit's system on webhooks: verifies, keeps, signs, responds, replies. Node 18 or newer, no packages.
// Environment: PLATFORM (https://host), UNIT, UNIT_KEY (uk_…), WEBHOOK_SECRET (whsec_…), PORT.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

const { PLATFORM, UNIT, UNIT_KEY, WEBHOOK_SECRET, PORT = "0" } = process.env;
const secret = Buffer.from(WEBHOOK_SECRET.replace("whsec_", ""), "base64");
const seen = new Set(), worked = new Set(), newest = new Map(); // these belong into your database, written before the 204

function verified(headers, body) {
  const [id, at, given] = ["id", "timestamp", "signature"].map((name) => headers[`webhook-${name}`] ?? "");
  if (!(Math.abs(Date.now() / 1000 - Number(at)) < 300)) return false;
  const wanted = createHmac("sha256", secret).update(`${id}.${at}.`).update(body).digest();
  return given.split(" ").some((one) => {
    const signature = Buffer.from(one.startsWith("v1,") ? one.slice(3) : "", "base64");
    return signature.length === wanted.length && timingSafeEqual(signature, wanted);
  });
}

async function act(document, verb, said = {}) {
  const { order_id, generation } = document.data;
  const headers = { Authorization: `Bearer ${UNIT_KEY}`, "Content-Type": "application/json", "Idempotency-Key": `${document.id}-${verb}` };
  for (;;) {
    const answer = await fetch(`${PLATFORM}/v1/units/${UNIT}/orders/${order_id}/${verb}`, {
      method: "POST", headers, body: JSON.stringify({ generation, ...said }), signal: AbortSignal.timeout(30_000),
    }).catch(() => undefined); // nobody there
    if (answer?.ok) return true;
    if (answer && answer.status !== 429 && answer.status < 500) { // `code` says why; again would change nothing
      console.log(verb, await answer.text());
      return false;
    }
    await wait(1000); // then again, with the same key
  }
}

async function work(document) {
  const order = document.data;
  if (seen.has(document.id) || !document.type.startsWith("hotline.order.")) return; // a repeat, a test call, or something new
  seen.add(document.id);
  const round = `${order.order_id} ${order.generation} ${order.rework}`, before = newest.get(order.order_id) ?? [0, 0, 0];
  const told = [order.generation, order.rework, Date.parse(document.time)], differs = told.findIndex((n, i) => n !== before[i]);
  if (differs >= 0 && told[differs] < before[differs]) return; // what was
  newest.set(order.order_id, told);
  if (["revoked", "closed"].includes(order.notice) || worked.has(round)) return;
  worked.add(round);
  if (!order.lead) await act(document, "parts", { done: true, text: "已处理完毕" });
  else if ((await act(document, "sign")) && (await act(document, "respond", { how: "called" })))
    await act(document, "reply", { solved: true, contacted: true, text: "已处理完毕" });
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  if (!verified(request.headers, body)) return response.writeHead(401).end();
  response.writeHead(204).end(); // kept; the work is done after the answer
  await work(JSON.parse(body));
}).listen(Number(PORT), () => console.log("listening", server.address().port));
