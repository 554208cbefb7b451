-- no-transaction
-- At every offer: is the same case offered already, under the sender's number?
create index concurrently transfers_sender_pending on transfers (peer, sender_number) where state in ('offered', 'agreed', 'accepting');
