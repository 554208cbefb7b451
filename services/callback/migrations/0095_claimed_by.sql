-- What an agent has, among a surge of due tasks.
create index callbacks_claimed on callbacks (claimed_by) where state = 'due' and claimed_by is not null;
