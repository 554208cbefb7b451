//! GET /v1/scores/{period} and …/check: scores of a month by peer group, and the proof that a closed month holds.
use super::period::month;
use super::views::{RateView, of_tallies, points};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::figures::{Figure, OTHERS, ScoresPolicy};
use crate::usecases::scores::{self, LineRow, RevisionRow, Scores};
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use web::{Json, Lang, Path, Problem, Query};

/// Which revision.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RevisionQuery {
    /// 1 = the closing; the newest by default; while the month is open: figures of now.
    pub revision: Option<i32>,
}

/// Scores of a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoresView {
    /// `YYYY-MM`
    pub period: String,
    /// True when the figures are frozen.
    pub closed: bool,
    /// A closing or a correction waits for its turn.
    pub waits: bool,
    /// Every revision there is, the newest first.
    pub revisions: Vec<RevisionView>,
    /// Which one this is; absent while the month is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<i32>,
    /// Units by the groups in which they are ranked; the best first.
    pub groups: Vec<PeerGroupView>,
}

/// A revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionView {
    /// 1 = the closing.
    pub revision: i32,
    /// Facts up to here were known.
    pub known_at: DateTime<FixedOffset>,
    /// Assignments and orders in it.
    pub cases: i64,
    /// Who.
    pub closed_by: String,
    /// Why.
    pub reason: String,
}

/// Units that are compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeerGroupView {
    /// Code.
    pub group: String,
    /// Name in the language asked for.
    pub name: String,
    /// The best first; units without a rank at the end.
    pub units: Vec<ScoreView>,
}

/// What a unit got.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreView {
    /// Code.
    pub unit: String,
    /// Name.
    pub name: String,
    /// Among its peers; absent when it had too few orders.
    pub rank: Option<i32>,
    /// Points.
    pub score: Option<f64>,
    /// Σ weight × rate, before deductions and bonuses.
    pub base: Option<f64>,
    /// Sum of deductions, below zero.
    pub deducted: f64,
    /// Sum of bonuses.
    pub bonus: f64,
    /// Countings that exclusions left out.
    pub excluded: i64,
    /// Rates by figure.
    #[schema(value_type = Object)]
    pub figures: BTreeMap<Figure, RateView>,
}

/// What a recomputation found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// `YYYY-MM`
    pub period: String,
    /// The revision that was recomputed.
    pub revision: i32,
    /// Units whose score is not the published one; empty is what everybody expects.
    pub differences: Vec<DifferenceView>,
}

/// A unit whose score is not the published one.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceView {
    /// Code.
    pub unit: String,
    /// As published.
    pub published: Option<f64>,
    /// As computed now.
    pub computed: Option<f64>,
}

/// Scores of a month: live while it is open, frozen once it is closed.
#[utoipa::path(get, path = "/v1/scores/{period}", tag = "scores",
    params(("period" = String, Path, description = "YYYY-MM"), RevisionQuery),
    responses((status = 200, body = ScoresView), (status = 404, description = "No such revision")))]
pub async fn get_scores(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path(period): Path<String>,
    Query(query): Query<RevisionQuery>,
) -> Result<Json<ScoresView>, Problem> {
    let found = load(&ctx, &period, query.revision).await?;
    Ok(Json(ScoresView {
        period,
        closed: found.revision.is_some(),
        waits: found.waits,
        revisions: found.revisions.iter().map(|row| revision(&ctx, row)).collect(),
        revision: found.revision.as_ref().map(|row| row.revision),
        groups: groups(&found, lang),
    }))
}

/// Computes a closed month again, from what was frozen, and compares.
#[utoipa::path(get, path = "/v1/scores/{period}/check", tag = "scores",
    params(("period" = String, Path, description = "YYYY-MM"), RevisionQuery),
    responses((status = 200, body = CheckView), (status = 404, description = "Not closed, or no such revision")))]
pub async fn check_scores(
    State(ctx): State<Ctx>,
    Path(period): Path<String>,
    Query(query): Query<RevisionQuery>,
) -> Result<Json<CheckView>, Problem> {
    let found = load(&ctx, &period, query.revision).await?;
    let Some(row) = &found.revision else {
        return Err(error::not_closed());
    };
    let differences = scores::check(&ctx.readings, &found).await;
    let differences = differences.map_err(|e| error::db(&e))?;
    Ok(Json(CheckView {
        revision: row.revision,
        differences: differences
            .into_iter()
            .map(|(unit, published, computed)| DifferenceView {
                unit,
                published: published.map(points),
                computed: computed.map(points),
            })
            .collect(),
        period,
    }))
}

/// Scores of a month with the rules that were applied.
pub(super) async fn load(ctx: &Ctx, period: &str, revision: Option<i32>) -> Result<Scores, Problem> {
    let month = month(period)?;
    let names = ctx.names.look(&ctx.db).await.map_err(|e| error::db(&e))?;
    let policy = ctx.scores_policy().await.map_err(|e| error::db(&e))?;
    let now = ctx.db.clock().now();
    scores::scores(
        &ctx.readings,
        now,
        (&names, &policy),
        (month, ctx.offset()),
        revision,
    )
    .await
    .map_err(|e| error::db(&e))?
    .ok_or_else(error::revision_unknown)
}

fn revision(ctx: &Ctx, row: &RevisionRow) -> RevisionView {
    RevisionView {
        revision: row.revision,
        known_at: ctx.local(row.known_at),
        cases: row.cases,
        closed_by: row.closed_by.clone(),
        reason: row.reason.clone(),
    }
}

fn groups(found: &Scores, lang: Lang) -> Vec<PeerGroupView> {
    let codes = found.policy.peers.iter().map(|group| group.code.as_str());
    codes
        .chain([OTHERS])
        .map(|code| PeerGroupView {
            group: code.to_owned(),
            name: name(&found.policy, code, lang),
            units: units(&found.lines, code),
        })
        .filter(|group| !group.units.is_empty())
        .collect()
}

fn name(policy: &ScoresPolicy, code: &str, lang: Lang) -> String {
    let group = policy.peers.iter().find(|group| group.code == code);
    group.map_or_else(
        || lang.pick("others", "其他").to_owned(),
        |group| lang.pick(&group.name.en, &group.name.zh).clone(),
    )
}

fn units(lines: &[LineRow], group: &str) -> Vec<ScoreView> {
    let mut own: Vec<&LineRow> = lines.iter().filter(|line| line.peer_group == group).collect();
    own.sort_by_key(|line| (line.rank.is_none(), line.rank, line.unit.clone()));
    let view = |line: &LineRow| ScoreView {
        unit: line.unit.clone(),
        name: line.name.clone(),
        rank: line.rank,
        score: line.hundredths.map(points),
        base: line.base_hundredths.map(points),
        deducted: points(line.deducted_hundredths),
        bonus: points(line.bonus_hundredths),
        excluded: line.excluded,
        figures: of_tallies(&line.tallies),
    };
    own.into_iter().map(view).collect()
}
