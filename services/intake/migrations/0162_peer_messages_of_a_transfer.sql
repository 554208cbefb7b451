-- no-transaction
-- What was said of a transfer, and what of it the other hotline did not take.
create index concurrently peer_messages_transfer on peer_messages (transfer_id, message_id);
