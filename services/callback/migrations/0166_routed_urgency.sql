-- Words of danger in its text raise an order's urgency when it is routed: rules about urgencies go by the higher one.
alter table orders add column routed_urgency text; -- of the newest assignment's limits, where it is not the given one; ordinary, urgent, emergency
