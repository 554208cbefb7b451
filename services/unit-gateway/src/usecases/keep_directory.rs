//! Keeps the units of the newest directory version, so that a start without NATS knows them.
use crate::store::directory_copy::{self, UnitRow};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::directory_content::DirectoryContentV1;
use db::{Conn, Db, DbError, Results, Work};
use std::convert::Infallible;
use std::sync::Arc;

/// The use case; true when the version was newer than what was here.
#[derive(Clone, Copy, Debug)]
pub struct KeepDirectory;

impl Work for KeepDirectory {
    const NAME: &'static str = "keep_directory";
    type Command = Arc<DirectoryContentV1>;
    type Output = bool;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Arc<DirectoryContentV1>>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // Rare: one version after the other.
        for Asked { command, .. } in commands {
            let units: Vec<UnitRow> = command
                .units
                .iter()
                .map(|unit| UnitRow {
                    unit: unit.code.clone(),
                    name: unit.name.clone(),
                    parent: unit.parent.clone(),
                    from: unit.from,
                    to: unit.to,
                })
                .collect();
            let version = (command.version, command.published_at);
            results.push(Ok(directory_copy::replace(conn, version, &units, now).await?));
        }
        Ok(results)
    }
}

/// The version that is here.
///
/// # Errors
/// When the database fails.
pub async fn version(db: &Db) -> Result<Option<i64>, DbError> {
    directory_copy::version(&mut *db.pool().acquire().await?).await
}
