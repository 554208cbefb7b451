-- A correction of the order may move a call that waits to other hours; what the caller asked for still holds then.
alter table callbacks add column wanted_at timestamptz; -- the caller asked to be called then; null = asked for nothing, or called since
