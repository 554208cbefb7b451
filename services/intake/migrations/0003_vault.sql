-- The identity vault: who called, sealed; and who looked. No other table, event, log or span holds a name or a
-- phone number. The schema has no foreign key to the rest, so that it can move to a database of its own.
create schema vault;
revoke all on schema vault from public;

create table vault.identities (
    complaint_id uuid primary key,           -- the complaint
    key_version integer not null check (key_version > 0), -- which key sealed the fields
    name_sealed bytea,                       -- nonce, AES-256-GCM ciphertext and tag of the caller's name
    phone_sealed bytea,                      -- the same of the phone number
    words_sealed bytea,                      -- the same of the caller's own words (JSON), when masking changed them
    phone_index bytea check (octet_length(phone_index) = 32), -- HMAC-SHA-256 of the normalised number, by a key of its own
    phone_masked text,                       -- 138****5678, for people who need to tell two numbers apart
    sealed_at timestamptz not null,          -- when
    check (name_sealed is not null or phone_sealed is not null or words_sealed is not null),
    check ((phone_sealed is null) = (phone_index is null) and (phone_sealed is null) = (phone_masked is null))
);

create table vault.access_log (
    access_id bigint generated always as identity primary key, -- order of the looks
    complaint_id uuid not null,              -- whose identity
    looked_by text not null,                 -- subject of the token
    roles text[] not null,                   -- what the token said its bearer may do
    field text not null check (field in ('name', 'phone', 'words')), -- which field
    purpose text not null check (purpose in ('callback', 'emergency', 'transfer', 'supervision', 'correction')), -- stated purpose
    reason text not null,                    -- stated reason, phone numbers masked
    outcome text not null check (outcome in ('shown', 'refused', 'absent', 'unreadable')), -- what came of it
    looked_at timestamptz not null           -- when
);
create index access_log_complaint on vault.access_log (complaint_id, access_id);

create function vault.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'vault.access_log is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger access_log_is_append_only before update or delete or truncate on vault.access_log
    for each statement execute function vault.refuse_change();

-- Where the installation has a role hotline_vault and made the service's role a member of it WITH INHERIT FALSE,
-- the schema belongs to that role and the service keeps only what it needs: it can then neither drop the trigger
-- nor change a row. Elsewhere (a laptop) the service's role owns it.
do $$
declare
    me text := current_user;
begin
    if me <> 'hotline_vault' and exists (select from pg_roles where rolname = 'hotline_vault')
        and pg_has_role(me, 'hotline_vault', 'member') then
        -- The schema goes last: without it this role no longer sees what is inside.
        execute format('grant create on database %I to hotline_vault', current_database());
        grant usage, create on schema vault to hotline_vault;
        alter table vault.identities owner to hotline_vault;
        alter table vault.access_log owner to hotline_vault;
        alter function vault.refuse_change() owner to hotline_vault;
        alter schema vault owner to hotline_vault;
        set local role hotline_vault;
        execute format('grant usage on schema vault to %I', me);
        execute format('grant select, insert on vault.identities, vault.access_log to %I', me);
        reset role;
    end if;
end
$$;
