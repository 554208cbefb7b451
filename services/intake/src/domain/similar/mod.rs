//! Is this call about what somebody else has called about already? One place, one event: then the caller follows that order
//! 并单 instead of making another (`stories` 23). An agent is told while still typing, and decides.
mod words;

pub use words::{Words, alike, words};

use super::OrderId;
use super::directory::Directory;
use super::place::Place;
use chrono::{DateTime, Utc};

/// Sides of the squares in which near orders are looked for, in degrees: more than [`NEAR_METRES`] up to 50 degrees north.
const CELL_DEGREES: f64 = 0.0075;
/// Beyond this two points are different places, in metres.
const NEAR_METRES: f64 = 500.0;
/// From here on two addresses are the same, and two texts about the same.
const SAME_ADDRESS: f64 = 0.75;
const ALIKE_ADDRESS: f64 = 0.5;
const ALIKE_TEXT: f64 = 0.3;
/// What is told together with a place need not be as alike as what stands alone.
const ALIKE_ALONE: f64 = 0.6;
/// Weight of place, matter, text and time.
const WEIGHTS: [f64; 4] = [0.4, 0.25, 0.25, 0.1];
/// Less is not worth the agent's look.
const SCORE_MIN: f64 = 0.35;

/// What has been typed so far.
#[derive(Clone, PartialEq, Debug)]
pub struct Typed {
    /// One line.
    pub title: String,
    /// What is wanted.
    pub text: String,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Where.
    pub place: Place,
    /// When it is asked.
    pub at: DateTime<Utc>,
}

/// An open order that may be about the same.
#[derive(Clone, PartialEq, Debug)]
pub struct OpenOrder {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub order_number: String,
    /// One line, masked.
    pub title: String,
    /// What is wanted, masked.
    pub text: String,
    /// Entry of the catalogue.
    pub matter: Option<String>,
    /// Where.
    pub place: Place,
    /// State, as the caller may know it.
    pub state: String,
    /// Lead unit, when there is one.
    pub unit: Option<String>,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
}

/// Why an order may be about the same.
#[derive(Clone, PartialEq, Debug)]
pub enum Reason {
    /// So many metres away.
    Near {
        /// Metres.
        metres: u32,
    },
    /// The addresses say the same, to this share.
    Address {
        /// 0 to 1.
        alike: f64,
    },
    /// In the same division, and nothing closer is known.
    Division {
        /// Its code.
        code: String,
    },
    /// The same entry of the catalogue.
    Matter {
        /// Its code.
        code: String,
    },
    /// Another entry under the same one.
    RelatedMatter {
        /// The order's code.
        code: String,
    },
    /// The words say the same, to this share.
    Text {
        /// 0 to 1.
        alike: f64,
    },
    /// Accepted so long ago.
    Recent {
        /// Minutes.
        minutes: i64,
    },
}

/// An order with what speaks for it.
#[derive(Clone, PartialEq, Debug)]
pub struct Similar {
    /// The order.
    pub order: OpenOrder,
    /// 0 to 1.
    pub score: f64,
    /// Place first, then matter, text and time.
    pub reasons: Vec<Reason>,
}

/// The square that a point lies in.
#[must_use]
pub fn cell(longitude: f64, latitude: f64) -> i64 {
    square(longitude, latitude, 0, 0)
}

/// The square that a point lies in, and those around it.
#[must_use]
pub fn cells_around(longitude: f64, latitude: f64) -> Vec<i64> {
    (-1..=1)
        .flat_map(|east| (-1..=1).map(move |north| square(longitude, latitude, east, north)))
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are at most 180")]
fn square(longitude: f64, latitude: f64, east: i64, north: i64) -> i64 {
    let column = (longitude / CELL_DEGREES).floor() as i64 + east;
    let row = (latitude / CELL_DEGREES).floor() as i64 + north;
    column * 1_000_000 + row
}

/// The orders that may be about the same, the likeliest first. `window_days` is how far back they were looked for.
#[must_use]
pub fn rank(
    typed: &Typed,
    found: Vec<OpenOrder>,
    directory: Option<&Directory>,
    window_days: i64,
    limit: usize,
) -> Vec<Similar> {
    let said = words(&format!("{} {}", typed.title, typed.text));
    let address = words(typed.place.address.as_deref().unwrap_or_default());
    let mut similar: Vec<Similar> = found
        .into_iter()
        .filter_map(|order| compare(typed, (&said, &address), order, directory, window_days))
        .collect();
    similar.sort_by(|one, other| {
        let newest = || other.order.accepted_at.cmp(&one.order.accepted_at);
        other.score.total_cmp(&one.score).then_with(newest)
    });
    similar.truncate(limit);
    similar
}

fn compare(
    typed: &Typed,
    (said, address): (&Words, &Words),
    order: OpenOrder,
    directory: Option<&Directory>,
    window_days: i64,
) -> Option<Similar> {
    if let (Some(one), Some(other)) = (point(&typed.place), point(&order.place))
        && metres(one, other) > NEAR_METRES
    {
        return None;
    }
    let place = place(&typed.place, address, &order.place);
    let matter = matter(typed.matter.as_deref(), order.matter.as_deref(), directory);
    let share = alike(said, &words(&format!("{} {}", order.title, order.text)));
    let text = (share >= ALIKE_TEXT).then_some((share, Reason::Text { alike: share }));
    // Somewhere in the same district is no evidence of the same event unless something else says so.
    let is_evident = match &place {
        Some((_, Reason::Division { .. })) => text.is_some() && matter.is_some(),
        Some(_) => text.is_some() || matter.is_some(),
        None => share >= ALIKE_ALONE,
    };
    let minutes = (typed.at - order.accepted_at).num_minutes().max(0);
    #[expect(clippy::cast_precision_loss, reason = "minutes of some weeks")]
    let age = minutes as f64 / (window_days.max(1) * 24 * 60) as f64;
    let time = Some(((1.0 - age).max(0.0), Reason::Recent { minutes }));
    let parts = [place, matter, text, time];
    // What was not typed yet speaks neither for nor against.
    let asked = [
        !typed.place.is_unknown(),
        typed.matter.is_some(),
        !said.is_empty(),
        true,
    ];
    let (mut score, mut most) = (0.0, 0.0);
    for ((part, weight), asked) in parts.iter().zip(WEIGHTS).zip(asked) {
        score += part.as_ref().map_or(0.0, |(value, _)| value * weight);
        most += if asked { weight } else { 0.0 };
    }
    let score: f64 = score / most;
    (is_evident && score >= SCORE_MIN).then(|| Similar {
        order,
        score,
        reasons: parts.into_iter().flatten().map(|(_, reason)| reason).collect(),
    })
}

fn place(typed: &Place, address: &Words, there: &Place) -> Option<(f64, Reason)> {
    if let (Some(one), Some(other)) = (point(typed), point(there)) {
        let metres = metres(one, other);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 500, rounded"
        )]
        let rounded = metres.round() as u32;
        return Some((
            1.0 - metres / (2.0 * NEAR_METRES),
            Reason::Near { metres: rounded },
        ));
    }
    let share = alike(address, &words(there.address.as_deref().unwrap_or_default()));
    if share >= SAME_ADDRESS {
        return Some((1.0, Reason::Address { alike: share }));
    }
    if share >= ALIKE_ADDRESS {
        return Some((share, Reason::Address { alike: share }));
    }
    let code = typed.division.as_ref()?;
    (there.division.as_ref() == Some(code)).then(|| (0.5, Reason::Division { code: code.clone() }))
}

fn matter(typed: Option<&str>, there: Option<&str>, directory: Option<&Directory>) -> Option<(f64, Reason)> {
    let (typed, there) = (typed?, there?);
    let code = there.to_owned();
    if typed == there {
        return Some((1.0, Reason::Matter { code }));
    }
    directory
        .is_some_and(|directory| directory.are_related(typed, there))
        .then_some((0.5, Reason::RelatedMatter { code }))
}

fn point(place: &Place) -> Option<(f64, f64)> {
    place.longitude.zip(place.latitude)
}

/// Metres between two points of one city: the surface is flat enough.
fn metres(one: (f64, f64), other: (f64, f64)) -> f64 {
    const DEGREE_METRES: f64 = 111_320.0;
    let north = (one.1 - other.1) * DEGREE_METRES;
    let east = (one.0 - other.0) * DEGREE_METRES * one.1.to_radians().cos();
    north.hypot(east)
}

#[cfg(test)]
mod tests;
