-- The directory: whole versions, immutable. A decision cites its version for ever.

create table directory_versions (
    version bigint primary key check (version > 0), -- 1, 2, 3, ...; the newest decides
    content_hash text not null,              -- SHA-256 of snapshot, hexadecimal: the same content is not published twice in a row
    snapshot bytea not null,                 -- JSON of the whole version, rows sorted by key
    published_at timestamptz not null,       -- when
    published_by text not null,              -- agent:<subject>, or the program that imported it
    note text not null                       -- what changed, for people
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end
$$;
create trigger directory_versions_append_only before update or delete on directory_versions
    for each row execute function refuse_change();
