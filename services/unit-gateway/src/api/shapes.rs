//! Answers that several operations share.
use crate::ctx::Ctx;
use crate::usecases::get_access::{AccessRow, FailingRow};
use crate::usecases::keep_attachment::AttachmentRow;
use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How a unit is reached.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AccessAnswer {
    /// The unit.
    #[schema(example = "SJ-MUNI")]
    pub unit: String,
    /// nats, webhook or rest.
    #[schema(example = "nats")]
    pub way: String,
    /// Where its webhook listens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What the unit checks `v1a` signatures with; several while a secret is being replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub webhook_public_keys: Vec<String>,
    /// When the secret before retires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_secret_until: Option<DateTime<FixedOffset>>,
    /// The endpoint may be in a private network.
    pub private_target: bool,
    /// nats or rest: the way while the webhook fails.
    #[schema(example = "rest")]
    pub fallback: String,
    /// True while it fails and documents take the other way.
    pub fallen_back: bool,
    /// False: nothing is pushed, the unit may still pull.
    pub active: bool,
    /// The ways on which people were told that it is not reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failing: Vec<FailingAnswer>,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<FixedOffset>,
}

/// A way on which a unit is not reached.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct FailingAnswer {
    /// webhook: its endpoint fails; nats: it does not read.
    #[schema(example = "webhook")]
    pub way: String,
    /// Since when.
    pub since: DateTime<FixedOffset>,
    /// Why, at last.
    #[schema(example = "answered 500")]
    pub reason: String,
    /// When people were told.
    pub told_at: DateTime<FixedOffset>,
}

impl AccessAnswer {
    /// `failing` may be of other units, too.
    pub(super) fn of(ctx: &Ctx, row: AccessRow, failing: &[FailingRow]) -> Self {
        let now = ctx.db.clock().now();
        let until = row.old_secret_until.filter(|until| *until > now);
        let old = row.old_secret.filter(|_| until.is_some());
        let public_key = |sealed: Vec<u8>| {
            let secret = ctx.sealer.open(&row.unit, &sealed).ok()?;
            Some(ctx.sealer.signing_keys(&row.unit, secret).public_key())
        };
        let webhook_public_keys = row.secret.into_iter().chain(old).filter_map(public_key).collect();
        let failing = failing.iter().filter(|failing| failing.unit == row.unit);
        let failing = failing.map(|failing| FailingAnswer {
            way: failing.way.clone(),
            since: ctx.local(failing.since),
            reason: failing.error.clone(),
            told_at: ctx.local(failing.told_at),
        });
        Self {
            failing: failing.collect(),
            webhook_public_keys,
            old_secret_until: until.map(|until| ctx.local(until)),
            private_target: row.private_target,
            fallback: row.fallback,
            fallen_back: row.fallen_back,
            unit: row.unit,
            way: row.way,
            endpoint: row.endpoint,
            active: row.active,
            changed_by: row.changed_by,
            changed_at: ctx.local(row.changed_at),
        }
    }
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct AttachmentAnswer {
    /// What it is named by.
    pub attachment_id: Uuid,
    /// Who gave it.
    #[schema(example = "SJ-MUNI")]
    pub unit: String,
    /// Generation of the assignment.
    pub generation: i32,
    /// File name, phone numbers masked.
    #[schema(example = "修复后.jpg")]
    pub name: String,
    /// What it is.
    #[schema(example = "image/jpeg")]
    pub media_type: String,
    /// Of the content.
    pub size_bytes: i64,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: String,
    /// When it was given.
    pub uploaded_at: DateTime<FixedOffset>,
}

impl AttachmentAnswer {
    pub(super) fn of(ctx: &Ctx, row: AttachmentRow) -> Self {
        Self {
            attachment_id: row.attachment_id,
            unit: row.unit,
            generation: row.generation,
            name: row.name,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            sha256: row.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            uploaded_at: ctx.local(row.uploaded_at),
        }
    }
}
