-- The caller is told of a refused extension, too. What is there is checked by the next migration, without a lock.
alter table order_news drop constraint order_news_what_check;
alter table order_news add constraint order_news_what_check
    check (what in ('extended', 'denied', 'suspended', 'resumed', 'unreasonable', 'impossible', 'promised', 'carried_out', 'dropped')) not valid;
