//! What other services say about an order that its caller is to be told, beside where it stands. Called by consumers.
use crate::domain::news::News;
use crate::store::order_news;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::EventId;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct NoteNews;

/// What an event told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    /// The event.
    pub event_id: EventId,
    /// What; `None` = nothing that concerns the caller.
    pub news: Option<News>,
}

impl Work for NoteNews {
    const NAME: &'static str = "note_news";
    type Command = Heard;
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        _: DateTime<Utc>,
        commands: &[Asked<Heard>],
    ) -> Result<Results<Self>, DbError> {
        let news: Vec<_> = commands
            .iter()
            .filter_map(|asked| Some((asked.command.event_id, asked.command.news.as_ref()?)))
            .collect();
        order_news::append(conn, &news).await?;
        Ok(vec![Ok(()); commands.len()])
    }
}
