//! GET /v1/callbacks: tasks of one state, oldest promise first.
use super::view::CallbackView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::usecases::list_callbacks::{self, Position};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Json, Page, Problem, Query, page};

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// `due` (default), `waiting`, `recorded`, `unreachable`, `not_called` or `superseded`.
    pub state: Option<TaskWord>,
    /// Only tasks whose next attempt is made so: `phone`, `second_phone`, `sms`, or `desk` (nobody can be asked, the desk
    /// judges). Of tasks that are due.
    pub way: Option<WayWord>,
    /// Cursor of the previous page.
    pub after: Option<String>,
    /// Items on the page, 1 to 200; 50 by default.
    pub limit: Option<u32>,
}

/// States of a task.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskWord {
    /// The reply is here, the order's registration or assignment is not.
    Waiting,
    /// To be called.
    #[default]
    Due,
    /// The caller has answered.
    Recorded,
    /// Given up.
    Unreachable,
    /// There is nobody to call.
    NotCalled,
    /// A newer assignment made it pointless.
    Superseded,
}

impl TaskWord {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Due => "due",
            Self::Recorded => "recorded",
            Self::Unreachable => "unreachable",
            Self::NotCalled => "not_called",
            Self::Superseded => "superseded",
        }
    }
}

/// How the next attempt is made.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WayWord {
    /// A call.
    Phone,
    /// A call to the caller's other number.
    SecondPhone,
    /// The answer to a message is waited for.
    Sms,
    /// Nobody can be asked: the desk judges.
    Desk,
}

impl WayWord {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::SecondPhone => "second_phone",
            Self::Sms => "sms",
            Self::Desk => "desk",
        }
    }
}

/// Callback tasks of one state, oldest promise first.
#[utoipa::path(get, path = "/v1/callbacks", tag = "callbacks", params(Filter),
    responses((status = 200, body = Page<CallbackView>)))]
pub async fn list_callbacks(
    State(ctx): State<Ctx>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<CallbackView>>, Problem> {
    let limit = page::limit(filter.limit)?;
    let after: Option<Position> = page::decode(filter.after.as_deref(), "after")?;
    let state = filter.state.unwrap_or_default().as_str();
    if filter.way.is_some() && state != "due" {
        return Err(error::way_without_due());
    }
    let way = filter.way.map(WayWord::as_str);
    let rows = list_callbacks::list_callbacks(&ctx.db, state, way, after, limit + 1)
        .await
        .map_err(|e| error::db(&e))?;
    let page = Page::from_rows(rows, limit, |task| (task.due_at, task.callback_id));
    Ok(Json(page.map(|task| CallbackView::new(&ctx, task))))
}
