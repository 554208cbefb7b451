//! GET /v1/directory/versions/current: the version that decides, with its sizes.
use super::list_directory_versions::VersionView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::read_directory;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Problem};

/// The version that decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurrentView {
    /// Which one.
    pub version: VersionView,
    /// How many divisions it has.
    pub divisions: usize,
    /// How many units.
    pub units: usize,
    /// How many entries of the matter catalogue.
    pub matters: usize,
    /// How many duties.
    pub duties: usize,
    /// Its calendars.
    pub calendars: Vec<String>,
    /// The calendar of the city's own clock.
    pub city_calendar: String,
}

/// The version that decides now.
#[utoipa::path(get, path = "/v1/directory/versions/current", tag = "directory",
    responses((status = 200, body = CurrentView), (status = 409, description = "No directory has been published")))]
pub async fn get_current_version(State(ctx): State<Ctx>) -> Result<Json<CurrentView>, Problem> {
    let found = read_directory::current(&ctx.db, &ctx.directories)
        .await
        .map_err(|error| error::db(&error))?;
    let directory = found.ok_or_else(error::no_directory)?;
    let rows = read_directory::versions(&ctx.db, Some(directory.version() + 1), 1).await;
    let row = rows
        .map_err(|error| error::db(&error))?
        .pop()
        .ok_or_else(error::no_directory)?;
    Ok(Json(CurrentView {
        version: VersionView::new(&ctx, row),
        divisions: directory.divisions.ids().count(),
        units: directory.units.iter().count(),
        matters: directory.matters.len(),
        duties: directory.duties.len(),
        calendars: directory
            .calendars()
            .iter()
            .map(|calendar| calendar.code.clone())
            .collect(),
        city_calendar: directory.city_calendar().to_owned(),
    }))
}
