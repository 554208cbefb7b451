//! POST /v1/decisions: who would be responsible? Records nothing.
use super::views::{ExplanationView, TermsView, UnitView, units};
use crate::api::error;
use crate::ctx::Ctx;
use crate::domain::decide::{Place, Question};
use crate::domain::text::{Proposal, Suggestion};
use crate::usecases::answer_question::{self, Answer, Asked};
use crate::usecases::directories::Which;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use contracts::words::{Channel, Kind, Urgency};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use web::{Json, Problem, Query};

/// One question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// When the complaint was accepted; now, when absent. Everything must be valid on that day.
    pub accepted_at: Option<DateTime<FixedOffset>>,
    /// 渠道. Decides nothing.
    #[schema(value_type = Option<String>, example = "phone")]
    #[expect(
        dead_code,
        reason = "complaints carry it; responsibility does not depend on it"
    )]
    pub channel: Option<Channel>,
    /// 诉求类型. A condition on an unknown kind does not hold.
    #[schema(value_type = Option<String>, example = "grievance")]
    pub kind: Option<Kind>,
    /// 紧急程度, for the time limits.
    #[schema(value_type = Option<String>, example = "ordinary")]
    pub urgency: Option<Urgency>,
    /// One line. Without a matter it is read from title and text.
    pub title: Option<String>,
    /// What is wanted.
    pub text: Option<String>,
    /// Entry of the catalogue. One that is given decides whatever the text says.
    #[schema(example = "M040101")]
    pub matter: Option<String>,
    /// Where.
    #[serde(default)]
    pub place: PlaceForm,
    /// Facts that conditions ask for; when absent, the text is asked. An empty object says that there are none.
    pub facts: Option<BTreeMap<String, String>>,
}

/// Where: a code goes before coordinates, coordinates before the address.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceForm {
    /// Division code.
    #[schema(example = "990102003")]
    pub division: Option<String>,
    /// WGS84 degrees east.
    pub longitude: Option<f64>,
    /// WGS84 degrees north.
    pub latitude: Option<f64>,
    /// Free text.
    pub address: Option<String>,
}

/// Which version of the directory answers all questions of a request; the newest, when nothing is said. Dates inside it are
/// those of each question's `accepted_at`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VersionChoice {
    /// This version.
    pub directory_version: Option<i64>,
    /// The version that decided at this moment (RFC 3339): what was answered then, not what would be answered now.
    pub directory_at: Option<DateTime<FixedOffset>>,
}

impl VersionChoice {
    fn which(&self) -> Result<Which, Problem> {
        match (self.directory_version, self.directory_at) {
            (None, None) => Ok(Which::Newest),
            (Some(version), None) => Ok(Which::Version(version)),
            (None, Some(at)) => Ok(Which::InForce(at.into())),
            (Some(_), Some(_)) => {
                let detail = "give directory_version or directory_at, not both";
                Err(Problem::unprocessable("version_choice_invalid", detail)
                    .detail_zh("directory_version 与 directory_at 只能给出一个")
                    .field("directory_at"))
            }
        }
    }
}

/// One answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// `assigned`, `consultation`, `needs_information` or `manual`; without a matter also `declined`, `transferred` or
    /// `answered`, when the text is sure to be no order.
    pub outcome: String,
    /// Why nobody could be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// 主办
    pub lead: Option<UnitView>,
    /// 协办
    pub co_handlers: Vec<UnitView>,
    /// The matter it was decided by.
    pub matter: Option<MatterView>,
    /// How sure the decision is, when the matter was read from the text; the sum over all matters that lead to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Likeliest matters, at most five, when none was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<MatterView>,
    /// The finest known division.
    pub division: Option<String>,
    /// Where it may be, when that is not clear.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Units in question, when nobody could be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<UnitView>,
    /// The duties that decided; for a tie, the tied ones.
    pub duties: Vec<String>,
    /// Time limits the lead would have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<TermsView>,
    /// The directory that decided.
    pub directory_version: i64,
    /// Why.
    pub explanation: ExplanationView,
}

/// A matter and how sure it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterView {
    /// Entry of the catalogue.
    pub code: String,
    /// Its name.
    pub name: String,
    /// 1 for a matter that was given; how sure the text is of one that was read.
    pub confidence: f64,
}

impl From<&Suggestion> for MatterView {
    fn from(suggestion: &Suggestion) -> Self {
        Self {
            code: suggestion.code.clone(),
            name: suggestion.name.clone(),
            confidence: suggestion.confidence.value(),
        }
    }
}

/// Decides one question, or an array of them, by the newest directory or the one that is asked for. Records nothing.
#[utoipa::path(post, path = "/v1/decisions", tag = "decisions", params(VersionChoice), request_body = DecisionRequest,
    responses((status = 200, body = DecisionView, description = "The answer; for an array, an array in the same order"),
        (status = 404, description = "There is no such version"),
        (status = 409, description = "No directory has been published"), (status = 422, description = "A place cannot be read")))]
pub async fn decide(
    State(ctx): State<Ctx>,
    Query(choice): Query<VersionChoice>,
    Json(body): Json<Value>,
) -> Result<Response, Problem> {
    let which = choice.which()?;
    let now = ctx.db.clock().now();
    let (is_batch, items) = match body {
        Value::Array(items) => (true, items),
        one => (false, vec![one]),
    };
    if items.len() > ctx.config.decisions_max {
        let detail = format!("at most {} questions", ctx.config.decisions_max);
        return Err(Problem::unprocessable("too_many_questions", detail));
    }
    let named = |position: usize, problem: Problem| match problem.field_name().map(str::to_owned) {
        Some(field) if is_batch => problem.field(format!("[{position}].{field}")),
        None if is_batch => problem.field(format!("[{position}]")),
        _ => problem,
    };
    let read =
        |(position, item): (usize, &Value)| question(item, now).map_err(|problem| named(position, problem));
    let questions = items
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<Vec<_>, _>>()?;
    let answers = answer_question::answer(&ctx.db, &ctx.directories, which, &ctx.texts, questions).await;
    let answers = answers
        .map_err(|error| error::db(&error))?
        .ok_or_else(|| error::no_version(which))?;
    let mut views: Vec<DecisionView> = answers.iter().map(view).collect();
    Ok(match views.pop() {
        Some(one) if !is_batch => Json(one).into_response(),
        last => {
            views.extend(last);
            Json(views).into_response()
        }
    })
}

fn question(item: &Value, now: DateTime<Utc>) -> Result<Asked, Problem> {
    let form: DecisionRequest = Json::<DecisionRequest>::parse(item.to_string().as_bytes())?;
    let place = form.place;
    let point = match (place.longitude, place.latitude) {
        (None, None) => None,
        (Some(longitude), Some(latitude)) => Some((longitude, latitude)),
        (Some(_), None) => return Err(half_point("place.latitude")),
        (None, Some(_)) => return Err(half_point("place.longitude")),
    };
    if let Some((longitude, latitude)) = point {
        let field = if longitude.abs() > 180.0 {
            "place.longitude"
        } else {
            "place.latitude"
        };
        if longitude.abs() > 180.0 || latitude.abs() > 90.0 {
            let detail = "longitude from -180 to 180, latitude from -90 to 90";
            return Err(Problem::unprocessable("place_invalid", detail)
                .detail_zh("经纬度超出范围")
                .field(field));
        }
    }
    let facts_given = form.facts.is_some();
    let question = Question {
        accepted_at: form.accepted_at.map_or(now, Into::into),
        kind: form.kind,
        urgency: form.urgency,
        matter: form.matter.filter(|matter| !matter.is_empty()).map(Into::into),
        place: Place {
            division: place.division,
            point,
            address: place.address,
            hints: Vec::new(),
        },
        facts: form.facts.unwrap_or_default(),
        excluded: Vec::new(),
        concluded: None,
    };
    Ok(Asked {
        question,
        title: form.title.unwrap_or_default(),
        text: form.text.unwrap_or_default(),
        facts_given,
    })
}

fn half_point(field: &'static str) -> Problem {
    let detail = "longitude and latitude come together";
    Problem::unprocessable("place_invalid", detail)
        .detail_zh("经度和纬度须同时给出")
        .field(field)
}

fn view(answer: &Answer) -> DecisionView {
    let data = &answer.explanation.data;
    let decided = |verdict: &str| verdict != "lost";
    let concluded = answer.explanation.text.as_deref();
    let read = concluded.and_then(|concluded| concluded.matter.as_ref());
    // What is transferred has a hotline instead of a lead.
    let transferred = concluded
        .filter(|_| data.outcome == Proposal::Transferred.outcome())
        .and_then(|concluded| concluded.scope.as_ref()?.unit.as_ref());
    DecisionView {
        outcome: data.outcome.clone(),
        reason: data.reason.clone(),
        lead: data.lead.as_ref().or(transferred).map(UnitView::from),
        co_handlers: units(&data.co_handlers),
        matter: data.matter.as_ref().map(|matter| MatterView {
            code: matter.code.clone(),
            name: matter.name.clone(),
            confidence: read.map_or(1.0, |read| read.confidence.value()),
        }),
        confidence: read.and(concluded).map(|concluded| concluded.confidence.value()),
        suggestions: concluded.map_or_else(Vec::new, |concluded| {
            concluded.suggestions.iter().map(MatterView::from).collect()
        }),
        division: data.place.as_ref().map(|place| place.division.code.clone()),
        places: data.places.iter().map(|place| place.code.clone()).collect(),
        candidates: units(&data.candidates),
        duties: data
            .considered
            .iter()
            .filter(|item| decided(&item.verdict))
            .map(|item| item.duty.clone())
            .collect(),
        terms: answer.terms.as_ref().map(TermsView::from),
        directory_version: data.directory_version,
        explanation: ExplanationView::from(&answer.explanation),
    }
}
