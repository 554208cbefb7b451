#!/usr/bin/env python3
"""A unit's system on NATS: pulls, signs, responds, replies, acknowledges.  pip install nats-py
Environment: NATS (nats://host:4222), UNIT, UNIT_KEY (uk_…)."""
import asyncio, json, os
from datetime import datetime
import nats, nats.errors

UNIT, KEY = os.environ["UNIT"], os.environ["UNIT_KEY"]
seen, worked, newest = set(), set(), {}  # these belong into your database, written before the acknowledgement

class TryLater(Exception): pass

async def act(connection, document, verb, **said):
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": f"{document['id']}-{verb}"}
    body = json.dumps({"order_id": document["subject"], "generation": document["data"]["generation"], **said}).encode()
    try:
        answer = json.loads((await connection.request(f"unit.{UNIT}.cmd.{verb}", body, 20, headers=headers)).data)
    except nats.errors.Error as nobody_answers:
        raise TryLater from nobody_answers
    if answer.get("ok") is not True and (answer["status"] == 429 or answer["status"] >= 500):
        raise TryLater(answer)
    if answer.get("ok") is not True:
        print(verb, answer, flush=True)  # `code` says why; again would change nothing
    return answer.get("ok")

async def work(connection, document):
    order = document["data"]
    if document["id"] in seen or not document["type"].startswith("hotline.order."):
        return  # a repeat, or something new
    told = (order["generation"], order["rework"], datetime.fromisoformat(document["time"]))
    this_round = (order["order_id"], *told[:2])
    old = order["order_id"] in newest and told < newest[order["order_id"]]  # it tells what was
    if not (old or order["notice"] in ("revoked", "closed") or this_round in worked):
        if not order["lead"]:
            await act(connection, document, "parts", done=True, text="已处理完毕")
        elif await act(connection, document, "sign") and await act(connection, document, "respond", how="called"):
            await act(connection, document, "reply", solved=True, contacted=True, text="已处理完毕")
        worked.add(this_round)
    newest[order["order_id"]] = newest[order["order_id"]] if old else told
    seen.add(document["id"])

async def main():
    connection = await nats.connect(os.environ["NATS"], user=UNIT, password=KEY, inbox_prefix=f"_INBOX_{UNIT}")
    consumer = await connection.jetstream().pull_subscribe_bind(f"unit--{UNIT}", stream="UNITS")
    print("listening", flush=True)
    while True:
        try:
            messages = await consumer.fetch(10, timeout=20)
        except nats.errors.TimeoutError:
            continue  # nothing waits
        for message in messages:
            try:
                await work(connection, json.loads(message.data))
                await message.ack()
            except TryLater:
                await message.nak(delay=1)  # it comes again

asyncio.run(main())
