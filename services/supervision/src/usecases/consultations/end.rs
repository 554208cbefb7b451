//! It ends without a ruling, or is called off.
use super::{ConsultRefused, Consultation};
use crate::domain::ConsultationAct;
use crate::store::consultations as store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct EndConsultation;

/// How and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The consultation.
    pub consultation_id: Uuid,
    /// `End` or `Cancel`.
    pub act: ConsultationAct,
    /// Why, personal data masked.
    pub reason: String,
    /// `agent:<subject>`
    pub by: String,
}

impl Work for EndConsultation {
    const NAME: &'static str = "end_consultation";
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
        for Asked { command, .. } in commands {
            let Some(mut row) = store::lock(conn, command.consultation_id).await? else {
                results.push(Err(ConsultRefused::Unknown));
                continue;
            };
            match store::stands(&row)?.after(command.act) {
                Ok(next) => {
                    row.state = next.word().to_owned();
                    row.ended_by = Some(command.by.clone());
                    row.ended_at = Some(now);
                    row.end_reason = Some(command.reason.clone());
                    store::update(conn, &row).await?;
                    results.push(Ok(row));
                }
                Err(illegal) => results.push(Err(illegal.into())),
            }
        }
        Ok(results)
    }
}
