-- Rules of the policy may have calling hours of their own, and may be about urgencies.
alter table callbacks add column calling_rule text; -- rule of the policy whose calling hours the task goes by; null = the city's
alter table orders add column urgency text not null default 'ordinary'; -- ordinary, urgent, emergency; orders of before count as ordinary
