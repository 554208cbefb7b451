//! A report in the form that was asked for.
use super::{html, xlsx};
use crate::api::figures::period::bad;
use crate::ctx::Ctx;
use crate::domain::figures::Period;
use crate::domain::reports::{Cell, Table};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Lang, Problem};

/// A report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportView {
    /// `day`, `week`, `month`, `quarter`, `year`, `special`, `notice`.
    pub kind: String,
    /// For people, in the language asked for.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// What was known when.
    pub as_of: DateTime<FixedOffset>,
    /// Its tables.
    pub tables: Vec<TableView>,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableView {
    /// Stable name.
    pub name: &'static str,
    /// For people.
    pub title: String,
    /// Its columns.
    pub columns: Vec<ColumnView>,
    /// Its rows; each has as many cells as there are columns: text, number or null.
    #[schema(value_type = Vec<Vec<serde_json::Value>>)]
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnView {
    /// Stable name.
    pub name: &'static str,
    /// For people.
    pub title: String,
}

/// Forms of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Json,
    Xlsx,
    Html,
}

/// The form that is wanted; JSON when nothing is said.
pub(super) fn form(text: Option<&str>) -> Result<Form, Problem> {
    match text.unwrap_or_default() {
        "" | "json" => Ok(Form::Json),
        "xlsx" => Ok(Form::Xlsx),
        "html" => Ok(Form::Html),
        _ => Err(bad(
            "format",
            "format is json, xlsx or html",
            "format 须为 json、xlsx 或 html",
        )),
    }
}

/// The report in the form and language that were asked for.
pub(super) fn answer(
    ctx: &Ctx,
    (kind, title): (&str, &str),
    (period, as_of): (Period, DateTime<Utc>),
    tables: Vec<Table>,
    (form, lang): (Form, Lang),
) -> Result<Response, Problem> {
    let report = ReportView {
        kind: kind.to_owned(),
        title: title.to_owned(),
        from: period.from,
        to: period.to.pred_opt().unwrap_or(period.from),
        as_of: ctx.local(as_of),
        tables: tables.into_iter().map(|table| view(table, lang)).collect(),
    };
    let name = format!("{kind}-{}", report.from);
    Ok(match form {
        Form::Json => Json(report).into_response(),
        Form::Html => (
            [(CONTENT_TYPE, "text/html; charset=utf-8".to_owned())],
            html::page(&report, lang),
        )
            .into_response(),
        Form::Xlsx => {
            let content = xlsx::workbook(&report).map_err(|error| Problem::internal(&error))?;
            let sort = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            let headers = [
                (CONTENT_TYPE, sort.to_owned()),
                (
                    CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}.xlsx\""),
                ),
            ];
            (headers, content).into_response()
        }
    })
}

fn view(table: Table, lang: Lang) -> TableView {
    let cell = |cell: Cell| match cell {
        Cell::Words(en, zh) => Cell::Text(lang.pick(en, zh).to_owned()),
        other => other,
    };
    TableView {
        name: table.name,
        title: lang.pick(table.title.en, table.title.zh),
        columns: table
            .columns
            .into_iter()
            .map(|column| ColumnView {
                name: column.name,
                title: lang.pick(column.title.en, column.title.zh),
            })
            .collect(),
        rows: table
            .rows
            .into_iter()
            .map(|row| row.into_iter().map(cell).collect())
            .collect(),
    }
}
