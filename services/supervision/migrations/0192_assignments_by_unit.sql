-- no-transaction
create index concurrently assignment_facts_by_unit on assignment_facts (unit, assigned_at);
