-- Who wrote a draft, without reading each of its edits: a session may have thousands, and every answer names the writers.

create index directory_draft_edits_writers on directory_draft_edits (draft_id, edited_by);

create function draft_writers(draft uuid, created_by text) returns text[] stable language sql as $$
    -- One look into the index per writer: the next name behind the last one found.
    with recursive writers (name) as (
        (select edited_by from directory_draft_edits where draft_id = draft order by edited_by limit 1)
        union all
        select (select edited_by from directory_draft_edits
                where draft_id = draft and edited_by > name order by edited_by limit 1)
        from writers where name is not null
    )
    select array(select created_by union select name from writers where name is not null order by 1)
$$;
comment on function draft_writers is 'everyone who wrote some of a draft, by name: its first author and all editors';
