//! Group commit for callers that arrive at the same time: while one transaction runs, the next commands gather
//! and share the following one, at the pace of [`Db::pace`]. Latency of a lone caller is unchanged; under load one
//! round of statements and one commit serve many callers.
use crate::{Db, DbError, ExecuteError, Work, panic_text};
use contracts::cause::Asked;
use futures::{FutureExt, StreamExt, stream};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

type Answer<W> = Result<<W as Work>::Output, ExecuteError<<W as Work>::Refusal>>;

struct Waiting<W: Work> {
    asked: Asked<W::Command>,
    answer: oneshot::Sender<Answer<W>>,
}

/// A use case whose concurrent callers share transactions. Cheap to clone.
pub struct Together<W: Work> {
    queue: mpsc::Sender<Waiting<W>>,
}

impl<W: Work> Clone for Together<W> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
        }
    }
}

/// Most commands in one transaction.
const BATCH_MAX: usize = 128;
/// Callers waiting beyond this are made to wait at the door.
const QUEUE_MAX: usize = 1_024;
/// Transactions at the same time after a shared one failed.
const ALONE_MAX: usize = 4;

impl<W: Work> Together<W> {
    /// Starts the worker; it ends when the last clone is dropped. A caller that goes away does not cancel
    /// its command half-way.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the worker's life is tied to its queue, not to the runtime's task list"
    )]
    pub fn start(db: Db, work: W) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting<W>>(QUEUE_MAX);
        let work = Arc::new(work);
        tokio::spawn(async move {
            let mut pace = db.pace();
            while let Some(first) = waiting.recv().await {
                pace.turn().await;
                let mut batch = vec![first];
                while batch.len() < BATCH_MAX
                    && let Ok(next) = waiting.try_recv()
                {
                    batch.push(next);
                }
                run(&db, &work, batch).await;
                pace.rest();
            }
        });
        Self { queue }
    }

    /// Runs one command, possibly together with others.
    ///
    /// # Errors
    /// As [`Db::execute`]; a failing neighbour never fails this command.
    pub async fn execute(&self, asked: Asked<W::Command>) -> Answer<W> {
        let (answer, answered) = oneshot::channel();
        let gone = || ExecuteError::Db(DbError::Sql(sqlx::Error::WorkerCrashed));
        self.queue
            .send(Waiting { asked, answer })
            .await
            .map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

async fn run<W: Work>(db: &Db, work: &Arc<W>, batch: Vec<Waiting<W>>) {
    let (commands, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|w| (w.asked, w.answer)).unzip();
    match unpanicked::<W, _, _>(db.execute_shared(&**work, &commands)).await {
        Ok(results) => {
            for (answer, result) in answers.into_iter().zip(results) {
                // A caller that has gone away does not want its answer any more; the effect stands.
                drop(answer.send(result.map_err(ExecuteError::Refused)));
            }
        }
        Err(error) if error.is_unavailable() || (commands.len() == 1 && !error.is_lock_wait()) => {
            let mut error = Some(error);
            for answer in answers {
                let reason = error.take().unwrap_or(DbError::Sql(sqlx::Error::PoolTimedOut));
                drop(answer.send(Err(ExecuteError::Db(reason))));
            }
        }
        Err(_) => {
            let waiting = commands.into_iter().zip(answers);
            alone(
                db,
                work,
                waiting.map(|(asked, answer)| Waiting { asked, answer }).collect(),
            );
        }
    }
}

/// One command broke the transaction, or waits for a row: each gets its own, so that only the culprit fails or waits.
/// Callers that come meanwhile need not wait for that.
#[expect(
    clippy::disallowed_methods,
    reason = "it ends with its commands, each of which has its limits"
)]
fn alone<W: Work>(db: &Db, work: &Arc<W>, commands: Vec<Waiting<W>>) {
    let (db, work) = (db.clone(), Arc::clone(work));
    tokio::spawn(async move {
        stream::iter(commands)
            .for_each_concurrent(ALONE_MAX, async |Waiting { asked, answer }| {
                drop(answer.send(unpanicked::<W, _, _>(db.execute(&*work, asked)).await));
            })
            .await;
    });
}

/// A panic in one command must neither end the worker, on which every later caller depends, nor take the
/// neighbours with it. The transaction was dropped, which rolls it back.
async fn unpanicked<W: Work, T, E: From<DbError>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| {
            let problem = panic_text(&*panic);
            tracing::error!(usecase = W::NAME, problem, "use case panicked");
            let work = W::NAME;
            Err(E::from(DbError::Panicked { work, problem }))
        })
}
