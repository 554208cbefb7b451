//! A unit's conduct is referred. The same number with the same words is the same referral.
use super::Referral;
use crate::events::referrals::referral_made;
use crate::store::referrals as store;
use crate::usecases::request_extension::cause as within;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct MakeReferral;

/// A referral to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// Number of its document.
    pub number: String,
    /// The order.
    pub order_id: OrderId,
    /// The contact it came from.
    pub correlation_id: Option<Uuid>,
    /// The supervision order that led to it.
    pub supervision_id: Option<Uuid>,
    /// Whose conduct.
    pub unit: String,
    /// To whom.
    pub to: String,
    /// Why, personal data masked.
    pub reason: String,
    /// The record, JSON, as it is handed over.
    pub record: String,
    /// As of when the record is.
    pub made_at: DateTime<Utc>,
    /// `agent:<subject>`
    pub by: String,
}

/// A referral that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// It.
    pub row: Referral,
    /// True when it was made before.
    pub repeated: bool,
}

/// The number belongs to another referral.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the number belongs to another referral")]
pub struct NumberTaken;

impl Work for MakeReferral {
    const NAME: &'static str = "make_referral";
    type Command = Command;
    type Output = Made;
    type Refusal = NumberTaken;

    async fn apply(
        &self,
        conn: &mut Conn,
        _: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Asked by people, one at a time.
        for Asked { cause, command } in commands {
            let row = command.row();
            if store::insert(conn, &row).await? {
                let cause = within(command.correlation_id, cause);
                bus::outbox::append(conn, &[referral_made(&row, &cause)]).await?;
                results.push(Ok(Made { row, repeated: false }));
                continue;
            }
            let earlier = store::numbered(conn, &row.number).await?;
            let same = earlier.filter(|earlier| earlier.says_what(&row));
            results.push(same.map(|row| Made { row, repeated: true }).ok_or(NumberTaken));
        }
        Ok(results)
    }
}

impl Command {
    fn row(&self) -> Referral {
        Referral {
            referral_id: Uuid::now_v7(),
            number: self.number.clone(),
            order_id: self.order_id.uuid(),
            supervision_id: self.supervision_id,
            unit: self.unit.clone(),
            recipient: self.to.clone(),
            reason: self.reason.clone(),
            record_sha256: sha256(&self.record),
            record: self.record.clone(),
            made_by: self.by.clone(),
            made_at: self.made_at,
        }
    }
}

impl Referral {
    /// The same referral, asked again; its record is that of the first time.
    fn says_what(&self, other: &Self) -> bool {
        (self.order_id, self.supervision_id) == (other.order_id, other.supervision_id)
            && (&self.unit, &self.recipient, &self.reason) == (&other.unit, &other.recipient, &other.reason)
    }
}

/// In hex.
fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_fingerprint_is_that_of_other_tools() {
        assert_eq!(
            super::sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
