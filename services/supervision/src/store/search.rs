//! Orders by what people know of them, newest first. No plan of the database is good for every question, and its guess of
//! how many orders have some words together is often wrong by orders of magnitude. So a question is tried along the ways that
//! lead to its answer, each with an end: along the time, which finds what is frequent; from an index, which finds what is
//! rare; slices of a week backwards, for what was frequent once (heating, asked for in July).
mod candidates;
mod frequencies;
mod of_matter;

use candidates::Candidate;
use chrono::{DateTime, Utc};
use db::{Conn, DbError};
use frequencies::Frequencies;
use sqlx::PgPool;
use std::cmp::Reverse;
use uuid::Uuid;

pub use of_matter::of_matter;

/// After every order there will be.
const FAR: DateTime<Utc> = DateTime::from_timestamp(253_402_300_799, 0).expect("the end of the year 9999");
/// So many orders are looked through along the time before an index is asked.
const WALK: i64 = 3_000;
/// So many candidates from an index are looked at one by one.
const CANDIDATES_MAX: usize = 6_000;
/// So many times as many as hold a page by what the words' shares say are looked at before anything else is tried.
const PATIENCE: f64 = 1.5;
/// More matches of a slice than this are frequent in it.
const FREQUENT: usize = 2_000;
/// So many times as many slices are looked at next, when those before hold no page.
const WIDER: i64 = 4;
/// More orders than this do not begin with a number that says anything: half a day of the largest city.
const NUMBERED_MAX: usize = 20_000;
/// A slice of time in the inverted index, seconds.
const SLICE_SECONDS: i64 = 7 * 86_400;
/// A span of at most so many slices is asked for with the words: the index takes the longer for each, the more there are.
const SLICES_TOGETHER: i64 = 13;
/// Words in more orders than this are not looked for without slices.
const RARE_MAX: f64 = 200_000.0;

/// What to look for; `None` and empty = whatever it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Search {
    /// Beginning of an order's or a complaint's number.
    pub number: Option<String>,
    /// Words of title, kind and channel that must all be there.
    pub words: Vec<String>,
    /// Words of unit and division that must all be there.
    pub led: Vec<String>,
    /// Lead unit: the one among `led`.
    pub unit: Option<String>,
    /// Kind: the one among `words`.
    pub kind: Option<String>,
    /// Channel: the one among `words`.
    pub channel: Option<String>,
    /// Codes of `matters`.
    pub matter_codes: Vec<String>,
    /// Some words are none of these: of a title, or a division.
    pub has_others: bool,
    /// Matters of which one must be there; empty = any.
    pub matters: Vec<String>,
    /// State.
    pub state: Option<String>,
    /// At least this rung of the ladder.
    pub level_min: Option<i16>,
    /// An open clock is past its limit.
    pub late: bool,
    /// Accepted at or after.
    pub from: Option<DateTime<Utc>>,
    /// Accepted before.
    pub to: Option<DateTime<Utc>>,
}

/// An order that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The order.
    pub order_id: Uuid,
    /// Its number.
    pub order_number: String,
    /// Number told to the caller.
    pub complaint_number: Option<String>,
    /// One line, masked.
    pub title: Option<String>,
    /// 事项
    pub matter: Option<String>,
    /// 区划
    pub division: Option<String>,
    /// 诉求类型
    pub kind: Option<String>,
    /// Where it stands.
    pub state: String,
    /// The newest unit.
    pub unit: Option<String>,
    /// Rung of the ladder.
    pub level: i16,
    /// When the complaint was accepted.
    pub accepted_at: DateTime<Utc>,
    /// Earliest limit among the open clocks.
    pub due_at: Option<DateTime<Utc>>,
}

/// Position in the list: acceptance and id of the last order seen.
pub type Position = (DateTime<Utc>, Uuid);

impl Search {
    /// Words, codes: the inverted index knows them.
    const fn has_words(&self) -> bool {
        !(self.words.is_empty() && self.led.is_empty() && self.matters.is_empty())
    }

    /// What changes with every fact: only `orders` knows it.
    const fn has_conditions(&self) -> bool {
        self.state.is_some() || self.level_min.is_some() || self.late
    }

    /// Open, late and raised orders are few beside those of all years.
    fn wants_few(&self) -> bool {
        self.late || self.level_min.is_some() || self.is_of_open()
    }

    /// None that is closed fits.
    fn is_of_open(&self) -> bool {
        self.late || self.state.as_deref().is_some_and(|state| state != "closed")
    }
}

/// A question with everything that does not change while it is answered.
struct Question<'a> {
    wanted: &'a Search,
    frequencies: &'a Frequencies,
    now: DateTime<Utc>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    after: Position,
    limit: usize,
}

/// At most `limit` orders that fit, the newest first, after a position; `None` when more than 20 000 begin with the number.
///
/// # Errors
/// When the database fails.
pub async fn search(
    pool: &PgPool,
    wanted: &Search,
    now: DateTime<Utc>,
    after: Option<Position>,
    limit: usize,
) -> Result<Option<Vec<Found>>, DbError> {
    let mut tx = pool.begin().await?;
    // Plans depend on the words and on the bounds of time, so each is made anew.
    candidates::plan_each_time(&mut tx).await?;
    let frequencies = if wanted.has_words() {
        Frequencies::of(&mut tx, wanted).await?
    } else {
        Frequencies::default()
    };
    let question = Question {
        wanted,
        frequencies: &frequencies,
        now,
        from: wanted.from.unwrap_or(DateTime::UNIX_EPOCH),
        to: wanted.to.unwrap_or(FAR),
        after: after.unwrap_or((FAR, Uuid::max())),
        limit,
    };
    let found = match &wanted.number {
        Some(number) => by_number(&mut tx, &question, number).await?,
        None => Some(newest(&mut tx, &question).await?),
    };
    tx.commit().await?;
    Ok(found)
}

/// By the beginning of a number; the other conditions hold too.
async fn by_number(
    conn: &mut Conn,
    question: &Question<'_>,
    number: &str,
) -> Result<Option<Vec<Found>>, DbError> {
    let named = candidates::numbered(conn, number, NUMBERED_MAX + 1).await?;
    if named.len() > NUMBERED_MAX {
        return Ok(None);
    }
    let mut named: Vec<Candidate> = named.into_iter().filter(|one| question.has(one)).collect();
    let wanted = question.wanted;
    question
        .pick(conn, &mut named, wanted.has_words() || wanted.has_conditions())
        .await
        .map(Some)
}

async fn newest(conn: &mut Conn, question: &Question<'_>) -> Result<Vec<Found>, DbError> {
    let wanted = question.wanted;
    let whole = (question.from, question.to);
    if wanted.wants_few() {
        return newest_of_few(conn, question).await;
    }
    if !wanted.has_words() {
        return question.walk(conn, whole, None).await;
    }
    if question.frequencies.among(WALK as f64, wanted) >= question.limit as f64 {
        let page = question.walk(conn, whole, Some(WALK)).await?;
        if page.len() == question.limit {
            return Ok(page);
        }
    }
    by_slices(conn, question).await
}

/// Open, late, raised ones. The newest of those: when they are all, or fill the page, that is the answer.
async fn newest_of_few(conn: &mut Conn, question: &Question<'_>) -> Result<Vec<Found>, DbError> {
    // An order without an assignment may be of another matter than the one it was registered with.
    let others = question.wanted.has_others || !question.wanted.matters.is_empty();
    let most = if others { CANDIDATES_MAX } else { question.limit };
    let mut few = candidates::few(conn, question, most).await?;
    if !others || few.len() < most {
        return question.pick(conn, &mut few, others).await;
    }
    let hopeful = question.hopeful(few.len());
    let page = question.pick(conn, &mut few[..hopeful], true).await?;
    if page.len() == question.limit {
        return Ok(page);
    }
    if question.frequencies.expected(question.wanted) < CANDIDATES_MAX as f64 {
        return by_slices(conn, question).await;
    }
    let page = question.pick(conn, &mut few, true).await?;
    if page.len() == question.limit {
        return Ok(page);
    }
    by_slices(conn, question).await
}

/// From the inverted index, backwards through slices of time: at first as many slices as most likely hold a page, then more
/// at once while there is little in them, and fewer where there is much. One in which the words are frequent is walked.
async fn by_slices(conn: &mut Conn, question: &Question<'_>) -> Result<Vec<Found>, DbError> {
    let mut page = Vec::new();
    let open = question.wanted.is_of_open();
    let Some((oldest, newest)) = candidates::bounds(conn, open).await? else {
        return Ok(page);
    };
    let rare = question.frequencies.rarest(question.wanted) <= RARE_MAX;
    let widest = if rare { i64::MAX } else { SLICES_TOGETHER };
    let mut width = question
        .slices_of_a_page(slice_of(newest) - slice_of(oldest) + 1)
        .min(widest);
    let newest = newest.min(question.to).min(question.after.0);
    let (first, mut last) = (slice_of(question.from.max(oldest)), slice_of(newest));
    while first <= last && page.len() < question.limit {
        let begin = last.saturating_sub(width - 1).max(first);
        let span = (span_of(begin, question).0, span_of(last, question).1);
        let mut some = candidates::with_words(conn, question, span, FREQUENT).await?;
        let left = Question {
            limit: question.limit - page.len(),
            ..*question
        };
        if some.len() < FREQUENT {
            let conditions = question.wanted.has_conditions();
            page.extend(left.pick(conn, &mut some, conditions).await?);
            width = width.saturating_mul(WIDER).min(widest);
        } else if begin < last {
            width = ((last - begin + 1) / WIDER).max(1);
            continue;
        } else {
            page.extend(left.walk(conn, span, None).await?);
        }
        last = begin - 1;
    }
    Ok(page)
}

const fn slice_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(SLICE_SECONDS)
}

/// The part of a slice that is asked for.
fn span_of(slice: i64, question: &Question<'_>) -> (DateTime<Utc>, DateTime<Utc>) {
    let start = |slice: i64| DateTime::from_timestamp(slice * SLICE_SECONDS, 0).unwrap_or(FAR);
    (start(slice).max(question.from), start(slice + 1).min(question.to))
}

impl Question<'_> {
    /// In its span, and after its position.
    fn has(&self, one: &Candidate) -> bool {
        self.from <= one.accepted_at
            && one.accepted_at < self.to
            && (one.accepted_at, one.order_id) < self.after
    }

    /// The newest of some candidates; `check` = whether they fit is not known yet.
    async fn pick(
        &self,
        conn: &mut Conn,
        candidates: &mut [Candidate],
        check: bool,
    ) -> Result<Vec<Found>, DbError> {
        candidates.sort_unstable_by_key(|one| Reverse((one.accepted_at, one.order_id)));
        let mut page = Vec::new();
        let first = if check {
            self.hopeful(candidates.len())
        } else {
            self.limit
        };
        let (mut rest, mut share) = (&*candidates, first);
        while !rest.is_empty() && page.len() < self.limit {
            let (some, others) = rest.split_at(share.min(rest.len()));
            page.extend(self.fitting(conn, some, self.limit - page.len()).await?);
            // Who fits is not among the first: more at once.
            share *= 8;
            rest = if check { others } else { &[] };
        }
        Ok(page)
    }

    /// So many of some candidates most likely hold a page; candidates are known to be rare, so a few too many are no harm.
    fn hopeful(&self, candidates: usize) -> usize {
        let one = self.frequencies.among(1.0, self.wanted).max(f64::MIN_POSITIVE);
        let most = candidates.min(CANDIDATES_MAX) as f64;
        ((self.limit as f64 * PATIENCE / one).min(most) as usize).max(self.limit.min(candidates))
    }

    /// So many slices most likely hold a page, if there are so many in all.
    fn slices_of_a_page(&self, slices: i64) -> i64 {
        let in_one = self.frequencies.expected(self.wanted) / slices.max(1) as f64;
        (self.limit as f64 * PATIENCE / in_one.max(f64::MIN_POSITIVE))
            .clamp(1.0, slices.max(1) as f64)
            .ceil() as i64
    }

    async fn fitting(
        &self,
        conn: &mut Conn,
        some: &[Candidate],
        limit: usize,
    ) -> Result<Vec<Found>, DbError> {
        let ids: Vec<Uuid> = some.iter().map(|one| one.order_id).collect();
        let rows = sqlx::query_file_as!(
            Found,
            "src/store/search/fitting.sql",
            &self.wanted.words,
            &self.wanted.led,
            &self.wanted.matters,
            self.wanted.state,
            self.wanted.level_min,
            self.wanted.late,
            self.now,
            &ids,
            i64::try_from(limit).unwrap_or(i64::MAX)
        )
        .fetch_all(conn)
        .await?;
        Ok(rows)
    }

    /// Along the time through a span: among the newest so many rows, or all.
    async fn walk(
        &self,
        conn: &mut Conn,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        rows: Option<i64>,
    ) -> Result<Vec<Found>, DbError> {
        let found = sqlx::query_file_as!(
            Found,
            "src/store/search/walk.sql",
            &self.wanted.words,
            &self.wanted.led,
            &self.wanted.matters,
            self.wanted.state,
            self.wanted.level_min,
            self.wanted.late,
            self.now,
            from,
            to,
            self.after.0,
            self.after.1,
            i64::try_from(self.limit).unwrap_or(i64::MAX),
            rows
        )
        .fetch_all(conn)
        .await?;
        Ok(found)
    }
}
