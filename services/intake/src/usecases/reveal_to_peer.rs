//! Shows one sealed field to the hotline that has taken a case over, when the caller agreed; or to one that is being told
//! of an emergency. Every look is written down, refused ones too.
use super::reveal_identity::{RevealIdentity, Revealed};
use crate::domain::reveal::{Field, Purpose};
use crate::domain::transfer::{Transfer, TransferState};
use crate::domain::{ComplaintId, Urgency};
use crate::store::identities::SealedIdentity;
use crate::store::{access_log, identities, transfers};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::TransferId;
use db::{Conn, DbError, Results, Work};
use thiserror::Error;

/// The use case.
#[derive(Clone, Debug)]
pub struct RevealToPeer {
    /// Opens the vault.
    pub reveal: RevealIdentity,
}

/// One look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// Who looks.
    pub peer: String,
    /// Through which transfer.
    pub transfer_id: TransferId,
    /// At which field.
    pub field: Field,
    /// Why, in the peer's words.
    pub reason: String,
}

/// What came of a look.
#[derive(Clone, PartialEq, Debug)]
pub enum PeerRevealed {
    /// It was decided here, and is written down.
    Here(Revealed),
    /// The hotline that this transfer came from keeps it: it is to be asked, and that is to be written down.
    KeptBy(Box<Transfer>),
}

/// No such transfer with this peer: there is nothing to write down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the transfer does not exist")]
pub struct UnknownTransfer;

impl Work for RevealToPeer {
    const NAME: &'static str = "reveal_to_peer";
    type Command = Look;
    type Output = PeerRevealed;
    type Refusal = UnknownTransfer;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Look>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked { command: look, .. } in commands {
            let found = transfers::get_for_update(conn, &[look.transfer_id.uuid()]).await?;
            let transfer = found
                .into_iter()
                .find(|transfer| transfer.peer == look.peer && !transfer.is_incoming());
            let Some((transfer, complaint_id)) =
                transfer.and_then(|transfer| transfer.complaint_id.map(|id| (transfer, id)))
            else {
                results.push(Err(UnknownTransfer));
                continue;
            };
            let stored = identities::get(conn, &[complaint_id])
                .await?
                .remove(&complaint_id);
            let revealed = self.revealed(&transfer, complaint_id, look, stored);
            if revealed == Revealed::Absent
                && let Some(came) = came_with(conn, &transfer).await?
            {
                results.push(Ok(PeerRevealed::KeptBy(Box::new(came))));
                continue;
            }
            let line = access_log::NewAccess {
                complaint_id,
                looked_by: &format!("peer:{}", look.peer),
                roles: "peer".to_owned(),
                field: look.field,
                purpose: Purpose::Transfer,
                reason: telemetry::redact::mask_numbers(&look.reason),
                outcome: revealed.outcome(),
            };
            access_log::append(conn, now, &[line]).await?;
            results.push(Ok(PeerRevealed::Here(revealed)));
        }
        Ok(results)
    }
}

impl RevealToPeer {
    fn revealed(
        &self,
        transfer: &Transfer,
        complaint_id: ComplaintId,
        look: &Look,
        stored: Option<(bool, Option<SealedIdentity>)>,
    ) -> Revealed {
        match stored {
            None => Revealed::Absent,
            Some((confidential, _)) if confidential || !may_look(transfer) => Revealed::Refused,
            Some((_, identity)) => self.reveal.open(complaint_id, look.field, identity.as_ref()),
        }
    }
}

/// The transfer with which a case came here before it was handed on.
async fn came_with(conn: &mut Conn, transfer: &Transfer) -> Result<Option<Transfer>, DbError> {
    let Some(order_id) = transfer.order_id else {
        return Ok(None);
    };
    let ids = transfers::of_order(conn, order_id).await?;
    let known = transfers::get_for_update(conn, &ids).await?;
    // A case that only joined the order is another caller's.
    let came = |known: &Transfer| {
        known.is_incoming()
            && known.state == TransferState::Accepted
            && known.complaint_id == transfer.complaint_id
    };
    Ok(known.into_iter().find(came))
}

/// The receiver of a case may look when the caller agreed; one that is told of an emergency may look at once and as long as the
/// case is its, because danger to life does not wait for a yes.
fn may_look(transfer: &Transfer) -> bool {
    let accepted = transfer.state == TransferState::Accepted;
    let emergency = transfer.offer.urgency == Urgency::Emergency;
    (emergency && (accepted || transfer.state.is_pending())) || (transfer.offer.consent && accepted)
}
