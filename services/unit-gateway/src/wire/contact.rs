//! Contact with the caller through the hotline's relay: bodies, answers and problems, the same over HTTP and NATS.
use crate::ctx::{Ctx, IntakeError};
use crate::usecases::contact::{Contact, admit_contact};
use crate::wire::problem;
use crate::wire::questions::Question;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{PartialSchema as _, ToSchema};
use uuid::Uuid;
use web::Problem;

/// Which assignment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
}

/// A token for reaching the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactAnswer {
    /// What a call names. Good for this unit and this order only.
    pub relay_token: Uuid,
    /// What both ends of a call see.
    #[schema(example = "12345")]
    pub number: String,
    /// Last moment of use; over with the assignment, too.
    pub expires_at: DateTime<FixedOffset>,
}

/// A call.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
    /// A fresh UUID; the same id is the same call, so that it may be sent again when no answer came.
    pub call_id: Uuid,
    /// The phone that is rung first: the unit's own.
    #[schema(example = "0352-5550000")]
    pub from: String,
}

impl std::fmt::Debug for CallRequest {
    // Somebody's number is in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallRequest")
            .field("call_id", &self.call_id)
            .finish_non_exhaustive()
    }
}

/// A call that goes through.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CallAnswer {
    /// As given.
    pub call_id: Uuid,
}

/// Asks for a token.
pub const CONTACT: &str = "contact";
/// Has a call connected; its body names the token, too.
pub const CALL: &str = "call";

const TOKEN: &str = "0198e3a0-0000-7000-8000-0000000000a1";
const CALL_ID: &str = "0198e3a0-0000-7000-8000-0000000000a2";

/// Who may ask.
const LEAD: &str = "the lead, from its signature to its reply";

/// Both questions.
pub static QUESTIONS: [Question; 2] = [
    Question {
        name: CONTACT,
        meaning: "联系来电人: a token for speaking with the caller through the hotline's relay, without the number",
        who: LEAD,
        address: "contacts",
        body: || ContactRequest::name().into_owned(),
        schema: ContactRequest::schema,
        answer: || ContactAnswer::name().into_owned(),
        answer_schema: ContactAnswer::schema,
        example: || json!({ "generation": 1 }),
        answered: || json!({ "relay_token": TOKEN, "number": "12345", "expires_at": "2025-09-28T16:30:00+08:00" }),
    },
    Question {
        name: CALL,
        meaning: "呼叫来电人: the relay rings the unit's phone, then the caller's; both see the hotline's number",
        who: LEAD,
        address: "contacts/{relay_token}/calls",
        body: || CallRequest::name().into_owned(),
        schema: CallRequest::schema,
        answer: || CallAnswer::name().into_owned(),
        answer_schema: CallAnswer::schema,
        example: || json!({ "generation": 1, "relay_token": TOKEN, "call_id": CALL_ID, "from": "0352-5550000" }),
        answered: || json!({ "call_id": CALL_ID }),
    },
];

/// A token for the lead. Written down.
///
/// # Errors
/// Says why not.
pub async fn ask(ctx: &Ctx, contact: &Contact) -> Result<ContactAnswer, Problem> {
    admit(ctx, contact, false).await?;
    let opened = ctx
        .intake
        .open_relay(contact.order_id, &contact.unit, contact.generation, &contact.by)
        .await
        .map_err(no_contact)?;
    Ok(ContactAnswer {
        relay_token: opened.relay_token,
        number: opened.number,
        expires_at: opened.expires_at,
    })
}

/// Has the phone of the unit connected with the caller's. Written down.
///
/// # Errors
/// Says why not.
pub async fn call(
    ctx: &Ctx,
    contact: &Contact,
    relay_token: Uuid,
    (call_id, from): (Uuid, &str),
) -> Result<CallAnswer, Problem> {
    admit(ctx, contact, true).await?;
    let asked = json!({
        "call_id": call_id, "order_id": contact.order_id, "unit": contact.unit, "generation": contact.generation,
        "from": from, "by": contact.by,
    });
    ctx.intake.call(relay_token, &asked).await.map_err(no_contact)?;
    Ok(CallAnswer { call_id })
}

async fn admit(ctx: &Ctx, contact: &Contact, calls: bool) -> Result<(), Problem> {
    admit_contact(&ctx.db, contact, calls)
        .await
        .map_err(|error| problem::failed(&error))?
        .map_err(problem::refused)
}

fn no_contact(error: IntakeError) -> Problem {
    match error {
        IntakeError::NotOffered => problem::no_contact("contact_not_offered"),
        IntakeError::Refused(code) => problem::no_contact(&code),
        IntakeError::Later(why) => {
            tracing::warn!(error = why, "intake did not answer");
            Problem::unavailable(2)
        }
    }
}
