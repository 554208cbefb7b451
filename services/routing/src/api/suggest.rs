//! POST /v1/suggestions: what a text may be about, while the agent is typing. Records nothing.
use super::decide::MatterView;
use super::views::UnitView;
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::decide::{Place, Question};
use crate::domain::text::Concluded;
use crate::usecases::answer_question::{self, Asked};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Json, Problem};

/// What has been typed so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestionRequest {
    /// One line.
    #[serde(default)]
    pub title: String,
    /// What is wanted.
    #[serde(default)]
    #[schema(example = "楼下工地半夜还在打桩，睡不成觉")]
    pub text: String,
    /// Free text of the place.
    pub address: Option<String>,
}

/// What the text may be about.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionsView {
    /// Likeliest matters, at most five.
    pub matters: Vec<MatterView>,
    /// How sure the platform would be of its decision.
    pub confidence: f64,
    /// `declined`, `transferred` or `answered`, when that is proposed instead of an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<&'static str>,
    /// Class of the intake scope, when it is likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeView>,
    /// Facts that the text tells, by key.
    pub facts: BTreeMap<String, String>,
    /// Words of danger, and the number to call.
    pub danger: Vec<DangerView>,
    /// How many past orders the confidences rest on.
    pub learned_from: u32,
}

/// A class of the intake scope.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScopeView {
    /// 类别编号
    pub code: String,
    /// 名称
    pub name: String,
    /// 处置
    pub disposition: String,
    /// 对市民的说明: the reason and the right address.
    pub advice: String,
    /// Where it belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitView>,
    /// How sure.
    pub confidence: f64,
}

/// A word of danger.
#[derive(Debug, Serialize, ToSchema)]
pub struct DangerView {
    /// The word.
    pub word: String,
    /// 110, 119, 120 or 122.
    pub call: String,
}

/// Suggests matters, facts and the intake scope for a text.
#[utoipa::path(post, path = "/v1/suggestions", tag = "decisions", request_body = SuggestionRequest,
    responses((status = 200, body = SuggestionsView), (status = 409, description = "No directory has been published")))]
pub async fn suggest(
    State(ctx): State<Ctx>,
    Json(body): Json<SuggestionRequest>,
) -> Result<Json<SuggestionsView>, Problem> {
    let question = Question {
        accepted_at: ctx.db.clock().now(),
        kind: None,
        urgency: None,
        matter: None,
        place: Place {
            address: body.address,
            ..Place::default()
        },
        facts: BTreeMap::new(),
        excluded: Vec::new(),
        concluded: None,
    };
    let asked = Asked {
        question,
        title: body.title,
        text: body.text,
        facts_given: false,
    };
    let answers = answer_question::answer(&ctx.db, &ctx.directories, &ctx.texts, vec![asked]).await;
    let answers = answers
        .map_err(|error| error::db(&error))?
        .ok_or_else(error::no_directory)?;
    let concluded = answers
        .into_iter()
        .next()
        .and_then(|answer| answer.explanation.text);
    Ok(Json(view(&concluded.unwrap_or_default())))
}

fn view(concluded: &Concluded) -> SuggestionsView {
    SuggestionsView {
        matters: concluded.suggestions.iter().map(MatterView::from).collect(),
        confidence: concluded.confidence.value(),
        proposal: concluded.proposal.map(crate::domain::text::Proposal::outcome),
        scope: concluded.scope.as_ref().map(|scope| ScopeView {
            code: scope.code.clone(),
            name: scope.name.clone(),
            disposition: scope.disposition.clone(),
            advice: scope.advice.clone(),
            unit: scope.unit.as_ref().map(UnitView::from),
            confidence: scope.confidence.value(),
        }),
        facts: concluded
            .facts
            .iter()
            .map(|fact| (fact.key.clone(), fact.value.clone()))
            .collect(),
        danger: concluded
            .danger
            .iter()
            .map(|danger| DangerView {
                word: danger.word.clone(),
                call: danger.call.clone(),
            })
            .collect(),
        learned_from: concluded.learned_from,
    }
}
