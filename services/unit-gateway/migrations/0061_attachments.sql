-- Evidence that units give with what they report. The contents are in the object store under the attachment's id.
create table attachments (
    attachment_id uuid primary key,          -- name of the content in the object store
    order_id uuid not null,                  -- the order
    unit text not null,                      -- who gave it; nobody else refers to it
    generation integer not null,             -- of the assignment
    name text not null,                      -- file name as given, phone numbers masked
    media_type text not null,                -- as the content itself says
    size_bytes bigint not null check (size_bytes > 0), -- of the content
    sha256 bytea not null,                   -- of the content
    uploaded_by text not null,               -- subject of the person or key
    uploaded_at timestamptz not null         -- when
);
create index attachments_order on attachments (order_id, uploaded_at);
