//! Decides questions without recording anything: the same reading and the same engine that decide orders.
use super::directories::{Directories, Which};
use super::texts::{Reader, Texts};
use crate::domain::decide::{Question, decide, terms_for};
use crate::domain::directory::Directory;
use crate::domain::explain::{Explanation, explain};
use contracts::terms::TermsV1;
use db::{Db, DbError};
use std::sync::Arc;

/// What is asked: a question, and the words it may be completed from.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was given.
    pub question: Question,
    /// One line.
    pub title: String,
    /// What is wanted.
    pub text: String,
    /// The facts were given, be it that there are none.
    pub facts_given: bool,
}

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
    texts: &Texts,
    questions: Vec<Asked>,
) -> Result<Option<Vec<Answer>>, DbError> {
    let mut conn = db.pool().acquire().await?;
    let Some(directory) = directories.which(&mut conn, which).await? else {
        return Ok(None);
    };
    // Without words nothing is read, and no index is needed.
    let wordless = questions.iter().all(|asked| {
        let said = [&asked.title, &asked.text];
        said.into_iter().all(|said| said.trim().is_empty())
    });
    let reader = if wordless {
        None
    } else {
        let now = db.clock().now();
        Some(texts.reader(&mut conn, Arc::clone(&directory), now).await?)
    };
    drop(conn);
    let answers = tokio::task::spawn_blocking(move || {
        let answer = |asked: &Asked| answer_one(&directory, reader.as_ref(), asked);
        questions.iter().map(answer).collect()
    });
    answers
        .await
        .map(Some)
        .map_err(|error| DbError::inconsistent("directory_versions", "snapshot", &"newest", &error))
}

fn answer_one(directory: &Directory, reader: Option<&Reader>, asked: &Asked) -> Answer {
    let question = reader.map_or_else(
        || asked.question.clone(),
        |reader| reader.conclude(&asked.question, &asked.title, &asked.text, asked.facts_given),
    );
    let decision = decide(directory, &question);
    Answer {
        terms: decision
            .lead()
            .map(|lead| terms_for(directory, &question, decision.matter, lead)),
        explanation: explain(directory, &question, &decision),
    }
}
