-- Referrals to discipline inspection 移送纪检: each with the whole record of its order as one document, as it was then. Append-only.
create table referrals (
    referral_id uuid primary key,            -- the referral
    number text not null unique,             -- number of its document; the same number again is the same referral
    order_id uuid not null,                  -- the order
    supervision_id uuid,                     -- the supervision order that led to it
    unit text not null,                      -- whose conduct
    recipient text not null,                 -- to whom, as the city names it
    reason text not null,                    -- why, personal data masked
    record text not null,                    -- the record, JSON, byte for byte as handed over
    record_sha256 text not null check (record_sha256 ~ '^[0-9a-f]{64}$'), -- SHA-256 of it
    made_by text not null,                   -- agent:<subject>
    made_at timestamptz not null             -- when
);
create index referrals_list on referrals (made_at, referral_id);
create index referrals_order on referrals (order_id);
create trigger referrals_append_only before update or delete on referrals
    for each row execute function refuse_change();
