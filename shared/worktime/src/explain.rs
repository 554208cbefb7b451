//! A [`Why`] in sentences for people: what the order page shows under "why then?".
mod en;
mod zh;

use crate::why::Why;
use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use contracts::directory::ExplanationV1;
use contracts::terms::LimitUnit;

/// Language of sentences for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// English
    En,
    /// 中文
    Zh,
}

impl Why {
    /// The reason in sentences, in the order of the computation; times are local to the calendar.
    #[must_use]
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        match lang {
            Lang::En => en::sentences(self),
            Lang::Zh => zh::sentences(self),
        }
    }

    /// Both languages, as events and APIs carry them.
    #[must_use]
    pub fn explanation(&self) -> ExplanationV1 {
        ExplanationV1 {
            en: self.sentences(Lang::En),
            zh: self.sentences(Lang::Zh),
        }
    }

    /// Local date and time; seconds only when there are any.
    pub(crate) fn local(&self, at: DateTime<Utc>) -> String {
        let offset = TimeDelta::seconds(self.calendar.utc_offset_secs.into());
        let local = at
            .naive_utc()
            .checked_add_signed(offset)
            .unwrap_or_else(|| at.naive_utc());
        let format = if local.second() == 0 {
            "%Y-%m-%d %H:%M"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        local.format(format).to_string()
    }

    /// The due time; the end of a day is 24:00 of that day when working days are counted.
    fn local_due(&self) -> String {
        let text = self.local(self.due);
        match (self.limit.unit, self.counted.last()) {
            (LimitUnit::WorkingDays, Some(day)) if text.ends_with(" 00:00") => format!("{} 24:00", day.date),
            _ => text,
        }
    }
}

/// Neighbouring days with the same remark as (first, last, remark).
fn runs<T: PartialEq>(days: impl Iterator<Item = (NaiveDate, T)>) -> Vec<(NaiveDate, NaiveDate, T)> {
    let mut runs: Vec<(NaiveDate, NaiveDate, T)> = Vec::new();
    for (date, remark) in days {
        match runs.last_mut() {
            Some((_, last, same)) if *same == remark && last.succ_opt() == Some(date) => *last = date,
            _ => runs.push((date, date, remark)),
        }
    }
    runs
}

/// Hours, minutes and seconds with the language's words for them, leaving out zeros.
fn duration(secs: i64, words: [&str; 3], between: &str) -> String {
    let parts = [secs / 3_600, secs / 60 % 60, secs % 60];
    let told = parts.iter().zip(words).filter(|(amount, _)| **amount > 0);
    told.map(|(amount, word)| format!("{amount}{word}"))
        .collect::<Vec<_>>()
        .join(between)
}
