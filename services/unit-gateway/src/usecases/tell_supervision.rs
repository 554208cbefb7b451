//! Supervision has said something about an order: its units are told, and a request that it answers is no longer open.
use super::batch::{self, Batch, NeverAssigned};
use crate::documents::Details;
use crate::domain::delivery::Notice;
use crate::domain::handling::{Handling, Request};
use chrono::{DateTime, Utc};
use contracts::cause::{Asked, Cause};
use contracts::ids::{OrderId, UnitCode};
use db::{Conn, DbError, Results, Work};

/// Who of those who have the order must hear it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whom {
    /// The lead, if its request was open until now.
    Asker,
    /// The lead, if it is this unit, whether or not it asked.
    Lead(UnitCode),
    /// The lead and all who help.
    All,
    /// These, as far as they have the order. Without anybody who must act, the order may be unknown here.
    Named {
        /// Who must act.
        unit: Option<UnitCode>,
        /// Who is told beside it.
        told: Vec<UnitCode>,
    },
}

/// What supervision says.
#[derive(Clone, Debug)]
pub struct SupervisionNews {
    /// The order.
    pub order_id: OrderId,
    /// The generation it is about; `None` = whatever is current.
    pub generation: Option<i32>,
    /// What the document tells.
    pub notice: Notice,
    /// In words, personal data masked.
    pub note: String,
    /// The same in fields, where there are any.
    pub details: Details,
    /// The request that it answers, if that is open.
    pub answers: Option<Request>,
    /// Who hears it.
    pub whom: Whom,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct TellSupervision;

impl Work for TellSupervision {
    const NAME: &'static str = "tell_supervision";
    type Command = SupervisionNews;
    type Output = ();
    type Refusal = NeverAssigned;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<SupervisionNews>],
    ) -> Result<Results<Self>, DbError> {
        let order_id = |news: &SupervisionNews| news.order_id;
        batch::each(conn, now, commands, order_id, |batch, news, cause| {
            tell(batch, now, news, cause)
        })
        .await
    }
}

fn tell(
    batch: &mut Batch,
    now: DateTime<Utc>,
    command: &SupervisionNews,
    cause: &Cause,
) -> Result<(), NeverAssigned> {
    let nobody_must = matches!(&command.whom, Whom::Named { unit: None, .. });
    if nobody_must && batch.handling(command.order_id).is_none() {
        return Ok(());
    }
    let mut was_open = false;
    if let Some(request) = command.answers {
        batch.change(command.order_id, |handling| {
            let open = |handling: &Handling| (handling.extension_id, handling.suspension_id);
            let before = open(handling);
            was_open = handling.answer(request);
            open(handling) != before
        })?;
    }
    let handling = batch.handling(command.order_id).ok_or(NeverAssigned)?.clone();
    let current = command
        .generation
        .is_none_or(|generation| generation == handling.generation);
    if handling.state.is_over() || !current {
        return Ok(());
    }
    for (unit, lead) in handling.units() {
        if hears(&command.whom, &handling, &unit.code, was_open) {
            batch.tell_detailed(
                &handling,
                (&unit.code, lead),
                command.notice,
                (Some(&command.note), &command.details),
                now,
                cause,
            );
        }
    }
    Ok(())
}

fn hears(whom: &Whom, handling: &Handling, unit: &UnitCode, was_open: bool) -> bool {
    match whom {
        Whom::Asker => was_open && unit == handling.lead(),
        Whom::Lead(to) => unit == handling.lead() && unit == to,
        Whom::All => true,
        Whom::Named { unit: must, told } => must.as_ref() == Some(unit) || told.contains(unit),
    }
}
