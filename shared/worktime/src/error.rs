//! What can be wrong with a calendar, and what can be wrong with a question to it.

/// A calendar that cannot be used; names the field to correct.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("calendar {code}: {field}: {problem}")]
pub struct CalendarError {
    /// Code of the calendar.
    pub code: String,
    /// The field as it stands in the data, e.g. `hours[1].to`.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with one field of a calendar.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// Something must stand here.
    #[error("must not be empty")]
    Empty,
    /// An offset of a day or more.
    #[error("{0} s is no offset from UTC")]
    NoOffset(i32),
    /// Not 1 = Monday … 7 = Sunday.
    #[error("{0} is no weekday, 1 to 7 are")]
    NoWeekday(u8),
    /// Times are whole seconds.
    #[error("must be whole seconds")]
    Fraction,
    /// A span that is empty or crosses midnight; a night shift is two spans.
    #[error("must be after `from`; a span over midnight is written as two")]
    NotAfterFrom,
    /// Not a day of the year.
    #[error("month {0}, day {1} is no day of the year")]
    NoDayOfYear(u32, u32),
    /// Only one end of a season is given.
    #[error("a season needs both its ends")]
    HalfSeason,
    /// Two spans share a weekday, a season and some time.
    #[error("overlaps with {0}")]
    Overlaps(String),
    /// Not later than the day before it in the list.
    #[error("must be later than the day before it in the list")]
    NotSorted,
}

/// Why no due time can be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WorktimeError {
    /// A limit of nothing.
    #[error("the amount of a limit must be at least 1")]
    ZeroAmount,
    /// A suspension that ends before it begins.
    #[error("a suspension must end after it begins")]
    EmptySuspension,
    /// Nothing within ten years: the limit is absurd, or the calendar has no working time.
    #[error("no due time within ten years: the limit is too long or the calendar has no working time")]
    BeyondHorizon,
}
