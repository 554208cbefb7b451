//! The hotline corrects what an open order is about: kept with its reason, and told; routing decides again. A repeated
//! request finds the first amendment.
use crate::domain::OrderId;
use crate::domain::amendment::{Amendment, RecordedAmendment};
use crate::domain::invalid::Invalid;
use crate::events;
use crate::store::amendments::{self, Current};
use crate::store::{open_orders, service_requests};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use db::{Conn, DbError, Results, Work};
use thiserror::Error;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct AmendOrder;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Command {
    /// The order.
    pub order_id: OrderId,
    /// The correction, checked.
    pub amendment: Amendment,
    /// Why it may not be made now. A repeat of what was once right is answered as then.
    pub against: Option<Invalid>,
    /// `agent:<subject>`.
    pub by: String,
    /// Key of the request and its hash, when the client may repeat it.
    pub attempt: Option<(String, [u8; 32])>,
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Amended {
    /// The amendment.
    pub row: RecordedAmendment,
    /// True when an earlier request with this key made it.
    pub repeated: bool,
}

/// Why the order stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum AmendRefusal {
    /// There is no such order.
    #[error("the order does not exist")]
    Unknown,
    /// It has ended.
    #[error("the order is closed")]
    Closed,
    /// Everything is as the request says already.
    #[error("nothing would change")]
    NothingNew,
    /// Order and correction together break a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The key belongs to another request.
    #[error("the idempotency key was used for a different request")]
    KeyReused,
}

impl Work for AmendOrder {
    const NAME: &'static str = "amend_order";
    type Command = Command;
    type Output = Amended;
    type Refusal = AmendRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            // A person's request, one at a time: an order may occur twice.
            results.push(amend(conn, now, asked).await?);
        }
        Ok(results)
    }
}

async fn amend(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
) -> Result<Result<Amended, AmendRefusal>, DbError> {
    let ids: [Uuid; 1] = [command.order_id.uuid()];
    let known = amendments::subjects_for_update(conn, &ids).await?;
    if let Some((key, hash)) = &command.attempt
        && let Some(row) = amendments::with_key(conn, &command.by, key).await?
    {
        let same = row
            .attempt
            .as_ref()
            .is_some_and(|(_, known)| known[..] == hash[..]);
        return Ok(if same {
            Ok(Amended { row, repeated: true })
        } else {
            Err(AmendRefusal::KeyReused)
        });
    }
    let current = known.get(&command.order_id);
    let row = match decided(current, command, now) {
        Ok(row) => row,
        Err(refusal) => return Ok(Err(refusal)),
    };
    amendments::insert(conn, std::slice::from_ref(&row)).await?;
    open_orders::amend(
        conn,
        row.order_id.uuid(),
        row.after.matter.as_deref(),
        &row.after.place,
    )
    .await?;
    service_requests::touch(conn, now, &ids).await?;
    // What a person causes is part of the contact that the order came from.
    let contact = current.and_then(|current| current.correlation_id);
    let cause = Cause {
        correlation_id: contact.unwrap_or(cause.correlation_id),
        ..cause.clone()
    };
    bus::outbox::append(conn, &[events::amended(&row, &cause)]).await?;
    Ok(Ok(Amended { row, repeated: false }))
}

fn decided(
    current: Option<&Current>,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<RecordedAmendment, AmendRefusal> {
    let current = current.ok_or(AmendRefusal::Unknown)?;
    if current.closed {
        return Err(AmendRefusal::Closed);
    }
    if let Some(against) = &command.against {
        return Err(against.clone().into());
    }
    let amendment = command
        .amendment
        .masked(|text| telemetry::redact::mask_numbers(text).into_owned());
    let (after, changed) = amendment.applied(&current.subject)?;
    if changed.is_empty() {
        return Err(AmendRefusal::NothingNew);
    }
    Ok(RecordedAmendment {
        order_id: command.order_id,
        amendment: current.amendment + 1,
        changed: changed.into_iter().map(str::to_owned).collect(),
        before: current.subject.clone(),
        after,
        reason: amendment.reason,
        by: command.by.clone(),
        at: now,
        attempt: command
            .attempt
            .as_ref()
            .map(|(key, hash)| (key.clone(), hash.to_vec())),
    })
}
