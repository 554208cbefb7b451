-- At every offer: is the same case offered already, under the sender's number?
create index transfers_sender_pending on transfers (peer, sender_number) where state in ('offered', 'agreed', 'accepting');
