//! The orders behind a figure: exactly what its sum counted.
use super::{Wanted, each_counted};
use crate::domain::figures::{Figure, Names, ScoresPolicy};
use crate::store::reading::Readings;
use chrono::{DateTime, Utc};
use db::DbError;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which of the counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// All.
    All,
    /// With full points.
    Full,
    /// With less.
    Less,
    /// Left out by an exclusion.
    Excluded,
}

impl Part {
    /// Every part.
    pub const ALL: [(&'static str, Self); 4] = [
        ("all", Self::All),
        ("full", Self::Full),
        ("less", Self::Less),
        ("excluded", Self::Excluded),
    ];
}

/// What is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drill {
    /// Which cases.
    pub wanted: Wanted,
    /// Which figure.
    pub figure: Figure,
    /// Which part.
    pub part: Part,
}

/// One thing that was counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drilled {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Generation of the assignment; 0 = the city's part.
    pub generation: i32,
    /// Rework round.
    pub rework: i32,
    /// Lead unit.
    pub unit: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// Points, 0 to 100.
    pub points: u8,
    /// Its anchor in the period.
    pub at: DateTime<Utc>,
    /// The exclusion that leaves it out.
    pub excluded: Option<Uuid>,
}

/// Position in the list.
pub type Position = (DateTime<Utc>, Uuid, i32, i32);

impl Drilled {
    /// Its position.
    #[must_use]
    pub const fn position(&self) -> Position {
        (self.at, self.order_id, self.generation, self.rework)
    }
}

/// What a figure counted, by time, after a position.
///
/// # Errors
/// When the database fails.
pub async fn orders(
    readings: &Readings,
    names: &Names,
    policy: &ScoresPolicy,
    drill: &Drill,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<Drilled>, DbError> {
    let wanted = &drill.wanted;
    // The first so many by position: never more in memory than a page.
    let mut found: BTreeMap<Position, Drilled> = BTreeMap::new();
    let part = |points: u8, excluded: bool| match drill.part {
        Part::All => !excluded,
        Part::Full => !excluded && points == 100,
        Part::Less => !excluded && points < 100,
        Part::Excluded => excluded,
    };
    each_counted(readings, names, policy, wanted, |case, counted| {
        let behind = counted
            .iter()
            .filter(|c| c.figure == drill.figure && part(c.points, c.excluded.is_some()));
        for c in behind {
            let one = Drilled {
                order_id: case.order_id,
                order_number: case.order_number.clone(),
                generation: case.generation,
                rework: c.rework,
                unit: case.unit.clone(),
                matter: case.matter.clone(),
                points: c.points,
                at: c.at,
                excluded: c.excluded,
            };
            if after.is_none_or(|after| one.position() > after) {
                found.insert(one.position(), one);
            }
            if found.len() > limit {
                found.pop_last();
            }
        }
    })
    .await?;
    Ok(found.into_values().collect())
}
