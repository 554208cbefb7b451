-- What is sent again on NATS needs another message id than before: the stream drops what it has heard ten minutes ago.
alter table deliveries
    add column sent_again integer not null default 0; -- how often it was sent again on NATS although it had been handed over
