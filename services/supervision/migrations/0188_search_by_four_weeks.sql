-- no-transaction
-- 0187 takes its place. Replicas of the release before go on finding words with it, without their slices: slower, not wrong.
drop index concurrently if exists order_search_words;
