//! Orders by number, words, unit, matter, division, state, level, lateness and time.
use crate::domain::figures::{Names, Span};
use crate::domain::search_words;
use crate::store::search::{self, Search};
pub use crate::store::search::{Found, Position};
use contracts::words::{Channel, Kind};
use db::{Db, DbError};

/// What people know.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// Beginning of a number.
    pub number: Option<String>,
    /// Words of the title.
    pub text: Option<String>,
    /// Lead unit.
    pub unit: Option<String>,
    /// Matter, with those below it.
    pub matter: Option<String>,
    /// Division, with those inside it.
    pub division: Option<String>,
    /// 诉求类型
    pub kind: Option<Kind>,
    /// 渠道
    pub channel: Option<Channel>,
    /// State.
    pub state: Option<String>,
    /// At least this rung.
    pub level_min: Option<i16>,
    /// An open clock is past its limit.
    pub late: bool,
    /// Accepted in.
    pub span: Option<Span>,
}

/// At most `limit` orders, the newest first, after a position; `None` when too many begin with the number.
///
/// # Errors
/// When the database fails.
pub async fn search_orders(
    db: &Db,
    names: &Names,
    known: &Known,
    after: Option<Position>,
    limit: usize,
) -> Result<Option<Vec<Found>>, DbError> {
    let mut words = known.text.as_deref().map(search_words::pairs).unwrap_or_default();
    words.extend(known.kind.map(search_words::kind));
    words.extend(known.channel.map(search_words::channel));
    let unit = known.unit.as_deref().map(search_words::unit);
    let division = known.division.as_deref().map(search_words::division);
    let below = known.matter.as_deref().map(|matter| names.matters_below(matter));
    let wanted = Search {
        number: known.number.clone(),
        words,
        led: unit.into_iter().chain(division).collect(),
        unit: known.unit.clone(),
        kind: known.kind.map(|kind| kind.to_string()),
        channel: known.channel.map(|channel| channel.to_string()),
        has_others: known.text.is_some() || known.division.is_some(),
        matter_codes: below.clone().unwrap_or_default(),
        matters: below
            .unwrap_or_default()
            .iter()
            .map(|code| search_words::matter(code))
            .collect(),
        state: known.state.clone(),
        level_min: known.level_min,
        late: known.late,
        from: known.span.map(|span| span.from),
        to: known.span.map(|span| span.to),
    };
    search::search(db.pool(), &wanted, db.clock().now(), after, limit).await
}
