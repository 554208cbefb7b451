-- What the city decides about supervision: whole documents, each version for good. The newest one holds; while there is
-- none, the one that is compiled in does (version 0).
create table policies (
    name text not null,                      -- ladder, ...
    version bigint not null check (version > 0), -- 1, 2, 3, ... inside the name
    document text not null,                  -- TOML, as it was put
    note text,                               -- why it was changed
    author text not null,                    -- agent:<subject>
    at timestamptz not null,                 -- since when it holds
    primary key (name, version)
);
create trigger policies_append_only before update or delete on policies
    for each row execute function refuse_change();
