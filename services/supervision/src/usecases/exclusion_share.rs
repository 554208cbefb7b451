//! Whether one more order of its units may be left out of figures 剔除, by the limits of the city.
use crate::domain::figures::{OverLimit, ScoresPolicy, Share, month_of};
use crate::store::exclusions::{self, About};
use chrono::FixedOffset;
use db::{Conn, DbError};
use std::sync::Arc;
use uuid::Uuid;

/// The rules that a request, and its review, are held to.
#[derive(Clone, Debug)]
pub struct ExclusionRules {
    /// The city's rules of assessment.
    pub policy: Arc<ScoresPolicy>,
    /// Local time of the city.
    pub offset: FixedOffset,
}

impl ExclusionRules {
    /// Looks at every unit that the request concerns, in the month in which it was given the order. Requests that wait
    /// count as if they were granted, when `or_requested`.
    pub(super) async fn one_more(
        &self,
        conn: &mut Conn,
        order_id: Uuid,
        about: &About,
        or_requested: bool,
    ) -> Result<Result<(), OverLimit>, DbError> {
        let limits = &self.policy.exclusions;
        if limits.share_percent_max.is_none() {
            return Ok(Ok(()));
        }
        for (unit, at) in &about.given {
            let Some((month, span)) = month_of(*at, self.offset) else {
                continue;
            };
            exclusions::lock_unit(conn, unit).await?;
            let of = (unit.as_str(), order_id);
            let (dispatched, excluded) =
                exclusions::share(conn, of, (span.from, span.to), or_requested).await?;
            let share = Share {
                unit: unit.clone(),
                month,
                dispatched: u64::try_from(dispatched).unwrap_or(0),
                excluded: u64::try_from(excluded).unwrap_or(0),
            };
            if let Err(over) = limits.one_more(&share) {
                return Ok(Err(over));
            }
        }
        Ok(Ok(()))
    }
}
