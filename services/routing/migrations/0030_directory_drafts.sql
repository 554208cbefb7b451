-- Drafts of the directory: what they began with, and every edit with who made it.

create table directory_drafts (
    draft_id uuid primary key,               -- its name
    based_on bigint not null,                -- the version it changes; 0 = there was none
    content bytea,                           -- an imported pack as a snapshot (JSON); null = the version it is based on
    content_hash text,                       -- SHA-256 of content, hexadecimal
    state text not null check (state in ('open', 'published', 'discarded')), -- where it stands
    revision integer not null check (revision >= 0), -- how many edits it has had
    note text not null,                      -- what it is for, for people
    created_by text not null,                -- agent:<subject>
    created_at timestamptz not null,         -- when
    changed_at timestamptz not null,         -- when it was edited, published or discarded
    published_version bigint,                -- what it became
    idempotency_key text,                    -- of the request that made it
    request_hash bytea,                      -- what that request asked
    check ((state = 'published') = (published_version is not null)),
    check ((content is null) = (content_hash is null)),
    check ((idempotency_key is null) = (request_hash is null))
);
create unique index directory_drafts_key on directory_drafts (created_by, idempotency_key)
    where idempotency_key is not null;

create table directory_draft_edits (
    draft_id uuid not null references directory_drafts (draft_id), -- the draft
    revision integer not null check (revision > 0), -- 1, 2, 3, ...
    edit json not null,                      -- the row put, or the code deleted
    edited_by text not null,                 -- agent:<subject>
    edited_at timestamptz not null,          -- when
    primary key (draft_id, revision)
);
create trigger directory_draft_edits_append_only before update or delete on directory_draft_edits
    for each row execute function refuse_change();

alter table directory_versions
    add column draft_id uuid,                -- the draft it was; null = a pack published as it came
    add column drafted_by text[] not null default '{}', -- everyone who wrote some of the draft
    add column override_reason text,         -- why it was published although lint found errors
    add column pack_hash text;               -- SHA-256 of the pack it came from, without the rulings that outlive it
