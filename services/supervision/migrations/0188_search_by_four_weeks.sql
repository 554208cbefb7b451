-- no-transaction
-- 0187 takes its place.
drop index concurrently if exists order_search_words;
