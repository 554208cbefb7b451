-- The stream of the units forgets what was not read in time; what a silent unit has not read is put there anew before.
alter table unit_readers
    add column resent_at timestamptz;        -- when what it has not read was sent again; null: not since `since`
