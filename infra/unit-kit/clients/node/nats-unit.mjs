// A unit's system on NATS: pulls, signs, responds, replies, acknowledges. npm install (see package.json)
// Environment: NATS (nats://host:4222), UNIT, UNIT_KEY (uk_…).
import { jetstream } from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";

const { NATS, UNIT, UNIT_KEY } = process.env;
const seen = new Set(), worked = new Set(), newest = new Map(); // these belong into your database, written before the ack
const connection = await connect({ servers: NATS, user: UNIT, pass: UNIT_KEY, inboxPrefix: `_INBOX_${UNIT}` });

class TryLater extends Error {}

async function act(document, verb, said = {}) {
  const { order_id, generation } = document.data;
  const head = headers();
  head.set("Authorization", `Bearer ${UNIT_KEY}`);
  head.set("Idempotency-Key", `${document.id}-${verb}`);
  const body = JSON.stringify({ order_id, generation, ...said });
  const reply = await connection.request(`unit.${UNIT}.cmd.${verb}`, body, { timeout: 20_000, headers: head }).catch((error) => {
    throw new TryLater("nobody answers", { cause: error });
  });
  const answer = reply.json();
  if (answer.ok) return true;
  if (answer.status === 429 || answer.status >= 500) throw new TryLater(answer.code);
  console.log(verb, answer); // `code` says why; again would change nothing
  return false;
}

async function work(document) {
  const order = document.data;
  if (seen.has(document.id) || !document.type.startsWith("hotline.order.")) return; // a repeat, or something new
  const round = `${order.order_id} ${order.generation} ${order.rework}`, before = newest.get(order.order_id) ?? [0, 0, 0];
  const told = [order.generation, order.rework, Date.parse(document.time)], differs = told.findIndex((n, i) => n !== before[i]);
  const old = differs >= 0 && told[differs] < before[differs]; // it tells what was
  if (!old && !["revoked", "closed"].includes(order.notice) && !worked.has(round)) {
    if (!order.lead) await act(document, "parts", { done: true, text: "已处理完毕" });
    else if ((await act(document, "sign")) && (await act(document, "respond", { how: "called" })))
      await act(document, "reply", { solved: true, contacted: true, text: "已处理完毕" });
    worked.add(round);
  }
  if (!old) newest.set(order.order_id, told);
  seen.add(document.id);
}

const consumer = await jetstream(connection).consumers.get("UNITS", `unit--${UNIT}`);
console.log("listening");
for await (const message of await consumer.consume({ max_messages: 10 })) {
  try {
    await work(message.json());
    message.ack();
  } catch (error) {
    if (!(error instanceof TryLater)) throw error;
    message.nak(1000); // it comes again
  }
}
