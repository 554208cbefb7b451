-- no-transaction
-- 0162 and 0163 take its place. Replicas of the release before find what is due by callbacks_list: slower, not wrong.
drop index concurrently if exists callbacks_queue;
