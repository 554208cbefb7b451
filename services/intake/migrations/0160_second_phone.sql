-- The other number of a caller, for whoever calls back when nobody answers at the first. It is no way to recognise a caller.
-- The tables belong to hotline_vault where there is such a role. What is there is checked by the next migration, without a lock.
do $$
declare
    keeper text := (select tableowner from pg_tables where schemaname = 'vault' and tablename = 'identities');
begin
    execute format('set local role %I', keeper);
    alter table vault.identities
        add column second_phone_sealed bytea, -- nonce, ciphertext and tag of the caller's other number; null = none was given
        add constraint identities_second_phone_check
            check (second_phone_sealed is null or phone_sealed is not null) not valid;
    alter table vault.access_log drop constraint access_log_field_check;
    alter table vault.access_log add constraint access_log_field_check
        check (field in ('name', 'phone', 'second_phone', 'words')) not valid;
    reset role;
end
$$;
