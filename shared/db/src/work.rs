//! The shape of a use case.
use crate::{Conn, DbError};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use std::future::Future;

/// One result per command, in the order of the commands.
pub type Results<W> = Vec<Result<<W as Work>::Output, <W as Work>::Refusal>>;

/// One thing a service does. It receives a transaction and a time and nothing else, so it can neither call the
/// outside world nor publish by accident.
///
/// `apply` handles a *slice* of commands: it loads what they need with one query, decides each in pure code in
/// order (a later command sees the effect of an earlier one), and writes with one statement per table. It may
/// run twice (a retried transaction), so it takes `&self`. A refused command changes nothing: the transaction of a refusal
/// is committed (other commands of the slice are in it), so it refuses before it writes.
pub trait Work: Send + Sync + 'static {
    /// `verb_noun`, as in the file name; names span, metric and transaction.
    const NAME: &'static str;
    /// What is asked.
    type Command: Send + Sync + Clone + 'static;
    /// What the asker gets.
    type Output: Send + 'static;
    /// Why the rules say no.
    type Refusal: std::error::Error + Send + Sync + 'static;

    /// Applies the commands in the transaction `conn` at the time `now`; the answer has their length and order.
    ///
    /// # Errors
    /// When the database fails; the transaction must then be rolled back.
    fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Self::Command>],
    ) -> impl Future<Output = Result<Results<Self>, DbError>> + Send
    where
        Self: Sized;
}
