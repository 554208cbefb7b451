//! 会商定规: the consultation names who owns an order. Routing hears of it and makes it a duty, or refuses.
use super::{ConsultRefused, Consultation, Ruling};
use crate::domain::{ConsultationAct, ConsultationState};
use crate::events::consultations::ruling_made;
use crate::store::consultations as store;
use crate::usecases::request_extension::cause as within;
use chrono::{DateTime, NaiveDate, Utc};
use contracts::cause::Asked;
use contracts::ids::OrderId;
use db::{Conn, DbError, Results, Work};
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct MakeRuling;

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The consultation.
    pub consultation_id: Uuid,
    /// Which of its orders; `None` = the only one.
    pub order_id: Option<OrderId>,
    /// 主办
    pub lead: String,
    /// 协办
    pub co_handlers: Vec<String>,
    /// `None` = the order's.
    pub matter: Option<String>,
    /// `None` = the finest division of the order's place.
    pub division: Option<String>,
    /// 条件; empty = none.
    pub conditions: String,
    /// The document, personal data masked.
    pub basis: String,
    /// First day; `None` = the day it is enacted.
    pub valid_from: Option<NaiveDate>,
    /// Last day; `None` = until further notice.
    pub valid_to: Option<NaiveDate>,
    /// `agent:<subject>`
    pub by: String,
}

impl Work for MakeRuling {
    const NAME: &'static str = "make_ruling";
    type Command = Command;
    type Output = Consultation;
    type Refusal = ConsultRefused;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for asked in commands {
            results.push(rule(conn, now, asked).await?);
        }
        Ok(results)
    }
}

async fn rule(
    conn: &mut Conn,
    now: DateTime<Utc>,
    Asked { cause, command }: &Asked<Command>,
) -> Result<Result<Consultation, ConsultRefused>, DbError> {
    let Some(mut row) = store::lock(conn, command.consultation_id).await? else {
        return Ok(Err(ConsultRefused::Unknown));
    };
    let next = match store::stands(&row)?.after(ConsultationAct::Rule) {
        Ok(next) => next,
        Err(illegal) => return Ok(Err(illegal.into())),
    };
    let order_id = match command.about(&row) {
        Ok(order_id) => order_id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let standing = store::standing(conn, row.consultation_id).await?;
    if standing.contains(&order_id) {
        return Ok(Err(ConsultRefused::RuledBefore));
    }
    let about = store::about(conn, &[order_id]).await?.pop();
    let Some(about) = about.filter(|order| order.closed_at.is_none()) else {
        return Ok(Err(ConsultRefused::OrderClosed));
    };
    let others_refused = store::refused_orders(conn, row.consultation_id).await?;
    let others_wait = others_refused
        .iter()
        .any(|id| *id != order_id && !standing.contains(id));
    let stands = if others_wait {
        ConsultationState::Refused
    } else {
        next
    };
    stands.word().clone_into(&mut row.state);
    let ruling = command.row(row.consultation_id, order_id, now);
    store::insert_ruling(conn, &ruling).await?;
    store::update(conn, &row).await?;
    let cause = within(about.correlation_id, cause);
    let fact = ruling_made(&ruling, row.minutes.as_ref(), &cause);
    bus::outbox::append(conn, &[fact]).await?;
    Ok(Ok(row))
}

impl Command {
    /// The order it is about.
    fn about(&self, row: &Consultation) -> Result<Uuid, ConsultRefused> {
        match (self.order_id, row.orders.as_slice()) {
            (Some(order), orders) if orders.contains(&order.uuid()) => Ok(order.uuid()),
            (Some(_), _) => Err(ConsultRefused::NotItsOrder),
            (None, [only]) => Ok(*only),
            (None, _) => Err(ConsultRefused::WhichOrder),
        }
    }

    fn row(&self, consultation_id: Uuid, order_id: Uuid, now: DateTime<Utc>) -> Ruling {
        Ruling {
            ruling_id: Uuid::now_v7(),
            consultation_id,
            order_id,
            lead: self.lead.clone(),
            co_handlers: self.co_handlers.clone(),
            matter: self.matter.clone(),
            division: self.division.clone(),
            conditions: self.conditions.clone(),
            basis: self.basis.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            made_by: self.by.clone(),
            made_at: now,
            refused_at: None,
            refusal_code: None,
            refusal_field: None,
            refusal_reason: None,
        }
    }
}
