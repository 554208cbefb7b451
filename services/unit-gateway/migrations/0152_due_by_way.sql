-- no-transaction
-- Nothing looks here any more: 0150 and 0151 have an index for each way.
drop index concurrently if exists deliveries_due;
