-- Payloads above two kilobytes are compressed where they lie. lz4 costs a fraction of the older method; a server that
-- was built without it keeps that one.
do $$
begin
    alter table journal alter column data set compression lz4;
    alter table timeline alter column summary set compression lz4;
exception when feature_not_supported then
    raise notice 'this server has no lz4';
end
$$;
