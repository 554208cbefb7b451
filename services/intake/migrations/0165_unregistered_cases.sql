-- A case that is ours by the sender's word and that could not be registered: it is listed as an alarm and tried again.
alter table transfers
    add column unregistered_since timestamptz, -- since when it waits; null = it was registered, or is not ours
    add column unregistered_why text,          -- what the last try ran into
    add column register_again_at timestamptz;  -- when it is tried again
