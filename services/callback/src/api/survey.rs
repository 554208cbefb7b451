//! The citizen's page: a plain form behind a signed link. It shows number and title of the orders that its answer is for and
//! nothing else; a link that is forged, expired, used or overtaken gets one and the same page. A form that is sent twice
//! is thanked for twice, and taken once.
mod html;

use crate::ctx::Ctx;
use crate::domain::{Answer, Said};
use crate::usecases;
use crate::usecases::messages::Survey;
use crate::usecases::record_answer::Command;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contracts::cause::{Asked, Cause};
use contracts::ids::CallbackId;
use contracts::words::{CallbackWay, Satisfaction};
use db::ExecuteError;
use http::{StatusCode, header};
use telemetry::redact::mask_numbers;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Lang, Path, Problem};

/// Who is told to have answered: no name, no number.
const CITIZEN: &str = "citizen";

/// What the form sends; every question may be missing, and is asked again then.
#[derive(Debug, Default, ToSchema)]
pub struct SurveyForm {
    /// `yes`, `no`: did the unit contact you?
    pub contacted: String,
    /// `yes`, `no`: is it solved?
    pub solved: String,
    /// `satisfied`, `basically_satisfied`, `not_satisfied` with the result.
    pub result: String,
    /// The same with the attitude.
    pub attitude: String,
    /// What is still wanted; numbers are masked.
    pub remark: String,
    /// The other orders that the page showed, as it named them: the answer is for them, too, and for no order unseen.
    pub too: Vec<String>,
}

impl SurveyForm {
    /// What a browser sends; whatever cannot be read is a form without answers.
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        let Ok(mut address) = reqwest::Url::parse("http://form.invalid/") else {
            return form;
        };
        address.set_query(std::str::from_utf8(body).ok());
        for (name, value) in address.query_pairs() {
            let value = value.into_owned();
            match name.as_ref() {
                "contacted" => form.contacted = value,
                "solved" => form.solved = value,
                "result" => form.result = value,
                "attitude" => form.attitude = value,
                "remark" => form.remark = value,
                "too" => form.too.push(value),
                _ => {}
            }
        }
        form
    }

    fn said(&self) -> Option<Said> {
        let yes = |text: &str| match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        let degree = |text: &str| text.parse::<Satisfaction>().ok();
        Said::complete(
            yes(&self.contacted),
            yes(&self.solved),
            degree(&self.result),
            degree(&self.attitude),
        )
        .ok()
    }
}

/// The page of a link. Looking at it uses nothing up: telephones look at links by themselves.
#[utoipa::path(get, path = "/v1/surveys/{token}", tag = "survey",
    params(("token" = String, Path, description = "From the message")),
    responses((status = 200, description = "The form", content_type = "text/html"), (status = 404, description = "This link is of no use", content_type = "text/html")))]
pub async fn show_survey(State(ctx): State<Ctx>, lang: Lang, Path(token): Path<String>) -> Response {
    match open(&ctx, &token).await {
        Ok(Some((_, survey, too))) => page(
            StatusCode::OK,
            html::form(lang, (&survey, &too), &SurveyForm::default(), false),
            lang,
        ),
        Ok(None) => page(StatusCode::NOT_FOUND, html::spent(lang), lang),
        Err(problem) => problem.into_response(),
    }
}

/// The caller's answer, once. It is the same answer as one given on the phone.
#[utoipa::path(post, path = "/v1/surveys/{token}", tag = "survey",
    params(("token" = String, Path, description = "From the message")),
    request_body(content = SurveyForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Thanks", content_type = "text/html"), (status = 404, description = "This link is of no use", content_type = "text/html"),
        (status = 422, description = "The form again: a question is not answered", content_type = "text/html")))]
pub async fn answer_survey(
    State(ctx): State<Ctx>,
    lang: Lang,
    Path(token): Path<String>,
    body: Bytes,
) -> Response {
    let opened = match open(&ctx, &token).await {
        Ok(Some(opened)) => opened,
        Ok(None) => return sent_twice(&ctx, &token, lang).await,
        Err(problem) => return problem.into_response(),
    };
    let (message_id, survey, too) = opened;
    let form = SurveyForm::read(&body);
    let fits = form.remark.chars().count() <= ctx.config.remark_chars_max && !form.remark.contains('\0');
    let Some(said) = form.said().filter(|_| fits) else {
        return page(
            StatusCode::UNPROCESSABLE_ENTITY,
            html::form(lang, (&survey, &too), &form, true),
            lang,
        );
    };
    let command = Command {
        callback_id: CallbackId(survey.callback_id),
        also: too
            .iter()
            .filter(|other| form.too.contains(&other.name))
            .map(|other| CallbackId(other.survey.callback_id))
            .collect(),
        link: Some(message_id),
        answer: Answer {
            said: Some(said),
            judged: None,
            remark: mask_numbers(form.remark.trim()).into_owned(),
            by: CITIZEN.to_owned(),
            key: None,
            way: Some(CallbackWay::Sms),
            asked_with: None,
        },
    };
    let cause = Cause::asked_by(CITIZEN.to_owned(), telemetry::propagation::current_traceparent());
    match ctx.record_answer.execute(Asked { cause, command }).await {
        Ok(_) => page(StatusCode::OK, html::thanks(lang), lang),
        Err(ExecuteError::Refused(_)) => sent_twice(&ctx, &token, lang).await,
        Err(ExecuteError::Db(error)) => super::error::db(&error).into_response(),
    }
}

/// The message of a link that is ours and has not expired.
fn message(ctx: &Ctx, token: &str) -> Option<Uuid> {
    let key = ctx.messages.as_ref().map(|messages| &messages.link_key);
    key.and_then(|key| key.message(token, ctx.db.clock().now()))
}

/// Another order that a page shows.
struct Other {
    /// What the page calls it: nothing internal is told, and the name is of no use with another link.
    name: String,
    /// What is shown of it.
    survey: Survey,
}

/// What a link opens; `None` whatever is wrong with it.
async fn open(ctx: &Ctx, token: &str) -> Result<Option<(Uuid, Survey, Vec<Other>)>, Problem> {
    let Some((message_id, messages)) = message(ctx, token).zip(ctx.messages.as_ref()) else {
        return Ok(None);
    };
    let named = |survey: Survey| Other {
        name: messages.link_key.shown(message_id, survey.callback_id),
        survey,
    };
    let found = usecases::messages::survey(&ctx.db, &ctx.claim.policies, message_id)
        .await
        .map_err(|e| super::error::db(&e))?;
    Ok(found.map(|(survey, too)| (message_id, survey, too.into_iter().map(named).collect())))
}

/// After an answer that cannot be taken: thanks, when it is the one that was taken just now.
async fn sent_twice(ctx: &Ctx, token: &str, lang: Lang) -> Response {
    let taken = match message(ctx, token) {
        Some(message_id) => usecases::messages::just_taken(&ctx.db, message_id).await,
        None => Ok(false),
    };
    match taken {
        Ok(true) => page(StatusCode::OK, html::thanks(lang), lang),
        Ok(false) => page(StatusCode::NOT_FOUND, html::spent(lang), lang),
        Err(error) => super::error::db(&error).into_response(),
    }
}

/// Kept nowhere, shown in no frame, sent nowhere, without scripts.
fn page(status: StatusCode, body: String, lang: Lang) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, lang.pick("en", "zh-CN")),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ];
    (status, headers, [("x-robots-tag", "noindex, nofollow")], body).into_response()
}
