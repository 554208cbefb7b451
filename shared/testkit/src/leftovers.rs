//! What a finished test must not leave behind: facts that nobody published, events that nobody could apply.
use sqlx::{Connection, PgConnection};

/// Looks into the test's database from a thread of its own, because a destructor cannot await.
pub(crate) fn check(url: &str, dead_letters_expected: bool) -> Result<(), String> {
    let url = url.to_owned();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        runtime
            .block_on(look(&url, dead_letters_expected))
            .map_err(|e| e.to_string())?
    })
    .join()
    .map_err(|_| "the check itself failed".to_owned())?
}

async fn look(url: &str, dead_letters_expected: bool) -> Result<Result<(), String>, sqlx::Error> {
    let mut conn = PgConnection::connect(url).await?;
    let unpublished: Vec<String> = sqlx::query_scalar(
        "select j.event_type from outbox o join journal j on j.day = o.day and j.id = o.id order by o.id limit 20",
    )
    .fetch_all(&mut conn)
    .await?;
    let waiting: Vec<String> = sqlx::query_scalar(
        "select format('parked %s: %s', subject, reason) from dead_letters where state = 'parked'
         union all select format('held %s: %s', event_type, coalesce(reason, 'behind another')) from held_messages limit 20",
    )
    .fetch_all(&mut conn)
    .await?;
    conn.close().await?;
    if !unpublished.is_empty() {
        return Ok(Err(format!(
            "facts left unpublished (call settle()): {unpublished:?}"
        )));
    }
    if !waiting.is_empty() && !dead_letters_expected {
        return Ok(Err(format!("events that did not take effect: {waiting:#?}")));
    }
    Ok(Ok(()))
}
