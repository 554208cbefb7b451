//! Decides questions without recording anything: the same engine that decides orders.
use super::directories::{Directories, Which};
use crate::domain::decide::{Question, decide, terms_for};
use crate::domain::explain::{Explanation, explain};
use contracts::terms::TermsV1;
use db::{Db, DbError};

/// The answer to one question.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Everything about the decision.
    pub explanation: Explanation,
    /// The terms the lead would have.
    pub terms: Option<TermsV1>,
}

/// Answers all questions by one version of the directory; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    db: &Db,
    directories: &Directories,
    which: Which,
    questions: Vec<Question>,
) -> Result<Option<Vec<Answer>>, DbError> {
    let Some(directory) = directories.which(&mut *db.pool().acquire().await?, which).await? else {
        return Ok(None);
    };
    let answers = tokio::task::spawn_blocking(move || {
        let answer = |question: &Question| {
            let decision = decide(&directory, question);
            Answer {
                terms: decision
                    .lead()
                    .map(|lead| terms_for(&directory, question, decision.matter, lead)),
                explanation: explain(&directory, question, &decision),
            }
        };
        questions.iter().map(answer).collect()
    });
    answers
        .await
        .map(Some)
        .map_err(|error| DbError::inconsistent("directory_versions", "snapshot", &"newest", &error))
}
