//! What one case adds to each figure. The only place where figures are defined: sums, drill-downs, deductions and frozen
//! periods all come from [`count`].
//!
//! Everything counted has an anchor, a moment that puts it into one period and no other: the due date for what has a
//! limit, the callback for what the caller says, the dispatch for returns. So every share is at most one, and what
//! happens later to the same thing never lands in another period.
use crate::domain::figures::{Callback, Case, Due, Figure, Span};
use chrono::{DateTime, Utc};
use contracts::words::{ClockName, Satisfaction};
use uuid::Uuid;

/// One thing that was counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// For which figure.
    pub figure: Figure,
    /// Its points, 0 to 100.
    pub points: u8,
    /// Its anchor.
    pub at: DateTime<Utc>,
    /// The rework round it belongs to.
    pub rework: i32,
    /// The exclusion that leaves it out of sums.
    pub excluded: Option<Uuid>,
}

/// Everything a case adds in a period. `now` decides what is late already; `basically_percent` is w, the worth of
/// "basically satisfied" (`domain.md` §7).
#[must_use]
pub fn count(case: &Case, span: Span, now: DateTime<Utc>, basically_percent: u8) -> Vec<Counted> {
    let mut sheet = Sheet {
        case,
        span,
        found: Vec::new(),
    };
    // What was not dispatched yet at that moment is not there yet.
    if let Some(at) = case.assigned_at.filter(|at| *at <= now) {
        let upheld = case.happened("return_upheld");
        let requested = case.happened("return_requested");
        let rejected = case.happened("return_rejected");
        sheet.push(Figure::Accuracy, all_or_none(!upheld), (at, 0));
        sheet.push(Figure::Return, all_or_none(requested), (at, 0));
        sheet.push(Figure::WrongReturn, all_or_none(rejected), (at, 0));
        // What was not the unit's says nothing about the unit.
        if upheld {
            return sheet.found;
        }
    }
    for due in &case.dues {
        if let Some(in_time) = judge(due, now) {
            let anchor = (due.due_at, due.rework);
            sheet.push(figure_of(due.clock), all_or_none(in_time), anchor);
        }
    }
    for callback in &case.callbacks {
        sheet.callback(callback, basically_percent);
    }
    sheet.found
}

/// What was counted so far.
struct Sheet<'a> {
    case: &'a Case,
    span: Span,
    found: Vec<Counted>,
}

impl Sheet<'_> {
    fn push(&mut self, figure: Figure, points: u8, anchor: (DateTime<Utc>, i32)) {
        self.put(figure, points, anchor, None);
    }

    fn put(&mut self, figure: Figure, points: u8, (at, rework): (DateTime<Utc>, i32), void: Option<Uuid>) {
        if self.span.has(at) {
            self.found.push(Counted {
                figure,
                points,
                at,
                rework,
                excluded: self.case.excluded(figure).or(void),
            });
        }
    }

    fn callback(&mut self, callback: &Callback, basically_percent: u8) {
        let (anchor, round) = ((callback.at, callback.rework), callback.rework);
        let void = callback.void.map(|void| void.ref_id);
        let mut incidents = self.case.incidents.iter();
        let reworked = incidents.any(|i| i.what == "reworked" && i.round == Some(round + 1));
        let mut incidents = self.case.incidents.iter();
        let denied = incidents.any(|i| i.what == "contradicted" && i.ref_id == Some(callback.callback_id));
        let worth = |said| match said {
            Satisfaction::Satisfied => 100,
            Satisfaction::BasicallySatisfied => basically_percent.min(100),
            Satisfaction::NotSatisfied => 0,
        };
        self.put(Figure::Resolution, all_or_none(callback.solved), anchor, void);
        self.put(Figure::Satisfaction, worth(callback.result), anchor, void);
        self.put(Figure::Attitude, worth(callback.attitude), anchor, void);
        self.put(Figure::Rework, all_or_none(reworked), anchor, void);
        self.put(Figure::Contradicted, all_or_none(denied), anchor, void);
        if round == 0 {
            let at_once = callback.solved && !reworked;
            self.put(Figure::OneTime, all_or_none(at_once), anchor, void);
        }
    }
}

/// Met in time, or not; nothing while there is still time, and nothing when it stopped to matter before its limit.
fn judge(due: &Due, now: DateTime<Utc>) -> Option<bool> {
    match (due.met_at, due.cancelled_at) {
        (Some(met), _) => Some(met <= due.due_at),
        (None, Some(cancelled)) if cancelled <= due.due_at => None,
        (None, Some(_)) => Some(false),
        (None, None) => (due.due_at <= now).then_some(false),
    }
}

const fn figure_of(clock: ClockName) -> Figure {
    match clock {
        ClockName::Sign => Figure::Sign,
        ClockName::Respond => Figure::Response,
        ClockName::Finish => Figure::Finish,
        ClockName::Total => Figure::Total,
    }
}

const fn all_or_none(yes: bool) -> u8 {
    if yes { 100 } else { 0 }
}

#[cfg(test)]
mod tests;
