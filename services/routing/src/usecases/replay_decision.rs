//! Does a stored decision still come out the same? The directory version that it cites is asked the stored question again.
use super::directories::Directories;
use crate::domain::assignment::{Assignment, Settled, settle};
use crate::domain::decide::{Question, decide};
use crate::domain::directory::Directory;
use crate::domain::explain::explain;
use crate::domain::order::{Order, OrderState};
use crate::domain::ruling::as_if_valid;
use crate::domain::undecided::UndecidedDecision;
use crate::store;
use contracts::ids::OrderId;
use db::{Db, DbError};

/// What the rules say today of a stored decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replayed {
    /// The same in every part, explanation included.
    Same,
    /// Something differs: the program no longer reads that version as it did.
    Differs,
    /// A dispatcher or a ruling decided, which no rule can be asked for; whether that which the rules said beside it is
    /// the same.
    ByPerson(bool),
    /// The directory version it cites is not there.
    VersionMissing,
}

/// A replay, and the version that was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replay {
    /// The version that the decision cites.
    pub directory_version: i64,
    /// What it says.
    pub result: Replayed,
}

/// Replays an assignment of an order.
///
/// # Errors
/// When the database fails.
pub async fn assignment(
    db: &Db,
    directories: &Directories,
    order: &Order,
    assignment: &Assignment,
) -> Result<Replay, DbError> {
    let again = |directory: &Directory| {
        if assignment.is_by_rules() {
            as_assigned(directory, order, assignment)
        } else {
            Replayed::ByPerson(says_the_same(directory, assignment))
        }
    };
    replay(db, directories, assignment.directory_version, again).await
}

/// Replays a decision that named nobody; `None` when there is no such order or number.
///
/// # Errors
/// When the database fails.
pub async fn undecided(
    db: &Db,
    directories: &Directories,
    order_id: OrderId,
    number: i64,
) -> Result<Option<Replay>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let order = store::orders::get(&mut conn, order_id.uuid()).await?;
    let decision = store::undecided_decisions::get(&mut conn, order_id.uuid(), number).await?;
    drop(conn);
    let Some((order, decision)) = order.zip(decision) else {
        return Ok(None);
    };
    let version = decision.waiting.directory_version;
    let again = |directory: &Directory| as_left(directory, &order, &decision);
    replay(db, directories, version, again).await.map(Some)
}

async fn replay(
    db: &Db,
    directories: &Directories,
    directory_version: i64,
    again: impl FnOnce(&Directory) -> Replayed + Send,
) -> Result<Replay, DbError> {
    let mut conn = db.pool().acquire().await?;
    let directory = directories.version(&mut conn, directory_version).await?;
    Ok(Replay {
        directory_version,
        result: directory.map_or(Replayed::VersionMissing, |directory| again(&directory)),
    })
}

const fn same(is_same: bool) -> Replayed {
    if is_same {
        Replayed::Same
    } else {
        Replayed::Differs
    }
}

fn as_assigned(directory: &Directory, order: &Order, assignment: &Assignment) -> Replayed {
    let then = Order {
        question: assignment.question.clone(),
        generation: assignment.generation - 1,
        bounces: assignment.bounces,
        ..order.clone()
    };
    match settle(directory, &then, assignment.decided_at) {
        Settled::Assigned(mut again) => {
            // A row of before there were policies does not say what its lead might return.
            again.return_right = again.return_right.filter(|_| assignment.return_right.is_some());
            // Nor does one of before the terms told of extensions and of a raised urgency.
            if assignment.terms.extension.is_none() {
                again.terms.extension = None;
                again.terms.urgency = None;
            }
            same(*again == *assignment)
        }
        Settled::Undecided(_) => Replayed::Differs,
    }
}

/// The units in question may have been completed by what a returning unit suggested, and a dispute has reasons of its own.
fn as_left(directory: &Directory, order: &Order, decision: &UndecidedDecision) -> Replayed {
    let then = Order {
        question: decision.question.clone(),
        bounces: decision.bounces,
        ..order.clone()
    };
    let kept = &decision.waiting;
    match settle(directory, &then, kept.entered_at) {
        Settled::Assigned(again) => {
            same(decision.state == OrderState::Disputed && again.explanation == kept.explanation)
        }
        Settled::Undecided(again) => {
            let is_same_doubt = again.reason == kept.reason && kept.candidates.starts_with(&again.candidates);
            let is_right = decision.state == OrderState::Disputed || is_same_doubt;
            same(is_right && again.explanation == kept.explanation)
        }
    }
}

/// A person decided; the rules were asked beside it. A ruling's duty was asked as of a day on which it is valid, until the
/// order was amended.
fn says_the_same(directory: &Directory, assignment: &Assignment) -> bool {
    let kept = &assignment.explanation;
    let is_kept = |question: &Question| {
        let again = explain(directory, question, &decide(directory, question));
        (&again.data, &again.text) == (&kept.data, &kept.text)
    };
    let duty = |code: &str| directory.duties.iter().find(|duty| duty.row.code == code);
    let by_duty = kept.ruled.as_ref().and_then(|ruled| duty(&ruled.duty));
    let as_ruled = by_duty.map(|duty| as_if_valid(directory, &assignment.question, duty.row.dates));
    as_ruled.is_some_and(|question| is_kept(&question)) || is_kept(&assignment.question)
}
