//! They met: who came, and what was said.
use super::{ConsultRefused, Consultation};
use crate::domain::{ConsultationAct, ConsultationState, IllegalAct};
use crate::store::consultations as store;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use uuid::Uuid;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct HoldConsultation;

/// Minutes and attendance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// The consultation.
    pub consultation_id: Uuid,
    /// Which of the summoned units came; the others did not.
    pub came: Vec<String>,
    /// What was said, personal data masked.
    pub minutes: String,
    /// `agent:<subject>`
    pub by: String,
}

impl Work for HoldConsultation {
    const NAME: &'static str = "hold_consultation";
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
            let next = store::stands(&row)?.after(ConsultationAct::Hold);
            let done = command.hold(&mut row, next, now);
            if done.is_ok() {
                store::update(conn, &row).await?;
            }
            results.push(done.map(|()| row));
        }
        Ok(results)
    }
}

impl Command {
    fn hold(
        &self,
        row: &mut Consultation,
        next: Result<ConsultationState, IllegalAct>,
        now: DateTime<Utc>,
    ) -> Result<(), ConsultRefused> {
        let next = next?;
        if let Some(stranger) = self.came.iter().find(|unit| !row.units.contains(unit)) {
            return Err(ConsultRefused::NotSummoned(stranger.clone()));
        }
        row.state = next.word().to_owned();
        row.came = Some(self.came.clone());
        row.minutes = Some(self.minutes.clone());
        row.held_by = Some(self.by.clone());
        row.held_at = Some(now);
        Ok(())
    }
}
