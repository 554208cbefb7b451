-- What the caller is told of an order beside where it stands: more time, rest, findings, what units promised. Append-only.
create table order_news (
    event_id uuid primary key,               -- the event that told it
    order_id uuid not null,                  -- the order
    what text not null,                      -- what is told
    at timestamptz not null,                 -- when it became true
    until timestamptz,                       -- the new limit, the end of the rest, when the promise is due
    text text,                               -- in words, personal data masked
    check (what in ('extended', 'suspended', 'resumed', 'unreasonable', 'impossible', 'promised', 'carried_out', 'dropped'))
);
create index order_news_order on order_news (order_id, at);
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create trigger order_news_append_only before update or delete on order_news
    for each row execute function refuse_change();
