//! Shows one sealed field to one person for one purpose, and writes down that it did, or refused to. Called by
//! `api::reveal_identity`. A refusal is an output, not a refusal of the use case: its log line must be committed.
use crate::domain::ComplaintId;
use crate::domain::reveal::{Field, LookOutcome, Looker, Purpose, may_look};
use crate::store::identities::SealedIdentity;
use crate::store::{access_log, identities};
use crate::vault::Vault;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

/// The use case.
#[derive(Clone, Debug)]
pub struct RevealIdentity {
    /// Opens the fields.
    pub vault: Arc<Vault>,
}

/// One look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// Whose identity.
    pub complaint_id: ComplaintId,
    /// Which field.
    pub field: Field,
    /// What for.
    pub purpose: Purpose,
    /// Why, in the looker's words.
    pub reason: String,
    /// Subject of the token.
    pub looked_by: String,
    /// Roles of the token, for the log.
    pub roles: Vec<String>,
    /// What the roles count for here.
    pub lookers: Vec<Looker>,
}

/// What came of a look.
#[derive(Clone, PartialEq, Eq)]
pub enum Revealed {
    /// The value.
    Value(String),
    /// Not this person, or not for this.
    Refused,
    /// No such complaint, or nothing of that kind was given.
    Absent,
    /// The keys at hand do not open it.
    Unreadable,
}

impl fmt::Debug for Revealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.outcome().as_str())
    }
}

impl Revealed {
    /// The word for the log.
    #[must_use]
    pub const fn outcome(&self) -> LookOutcome {
        match self {
            Self::Value(_) => LookOutcome::Shown,
            Self::Refused => LookOutcome::Refused,
            Self::Absent => LookOutcome::Absent,
            Self::Unreadable => LookOutcome::Unreadable,
        }
    }
}

impl Work for RevealIdentity {
    const NAME: &'static str = "reveal_identity";
    type Command = Look;
    type Output = Revealed;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Look>],
    ) -> Result<Results<Self>, DbError> {
        let ids: Vec<ComplaintId> = commands.iter().map(|asked| asked.command.complaint_id).collect();
        let stored = identities::get(conn, &ids).await?;
        let revealed: Vec<Revealed> = commands
            .iter()
            .map(
                |Asked { command: look, .. }| match stored.get(&look.complaint_id) {
                    // Who may not look learns nothing, not even whether there is anything.
                    None if look.lookers.is_empty() => Revealed::Refused,
                    None => Revealed::Absent,
                    Some((confidential, _)) if !may_look(&look.lookers, look.purpose, *confidential) => {
                        Revealed::Refused
                    }
                    Some((_, identity)) => self.open(look.complaint_id, look.field, identity.as_ref()),
                },
            )
            .collect();
        let lines: Vec<_> = commands
            .iter()
            .zip(&revealed)
            .map(|(Asked { command: look, .. }, revealed)| access_log::NewAccess {
                complaint_id: look.complaint_id,
                looked_by: &look.looked_by,
                roles: look.roles.join(","),
                field: look.field,
                purpose: look.purpose,
                reason: telemetry::redact::mask_numbers(&look.reason),
                outcome: revealed.outcome(),
            })
            .collect();
        access_log::append(conn, now, &lines).await?;
        Ok(revealed.into_iter().map(Ok).collect())
    }
}

impl RevealIdentity {
    pub(super) fn open(
        &self,
        complaint_id: ComplaintId,
        field: Field,
        identity: Option<&SealedIdentity>,
    ) -> Revealed {
        let Some(identity) = identity else {
            return Revealed::Absent;
        };
        let sealed = match field {
            Field::Name => &identity.name,
            Field::Phone => &identity.phone,
            Field::SecondPhone => &identity.second_phone,
            Field::Words => &identity.words,
        };
        let Some(sealed) = sealed else {
            return Revealed::Absent;
        };
        match self.vault.open(complaint_id, field, identity.key_version, sealed) {
            Ok(value) => Revealed::Value(value),
            Err(error) => {
                tracing::error!(complaint.id = %complaint_id, field = %field, error = %error, "a sealed field does not open");
                Revealed::Unreadable
            }
        }
    }
}
