//! The body of a registration, as it is sent. It holds an identity: no `Debug`, and it goes nowhere but into a draft.
use super::views::PlaceBody;
use crate::domain::caller::Caller;
use crate::domain::draft::{Draft, DraftDemand};
use crate::domain::{Channel, Disposition, Kind, Urgency};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A complaint to register.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisterComplaintBody {
    /// phone, sms, wechat, app, web, mailbox, message_board, province, hotline, visit.
    #[schema(value_type = String, example = "phone")]
    pub(super) channel: Channel,
    /// consultation, help, grievance, suggestion, criticism, report, praise, other.
    #[schema(value_type = String, example = "help")]
    kind: Kind,
    /// ordinary, urgent, emergency.
    #[schema(value_type = String, example = "ordinary")]
    urgency: Urgency,
    /// One line, at most 200 characters.
    #[schema(example = "文渊街路灯坏了")]
    title: String,
    /// What is wanted, at most 4000 characters.
    #[schema(example = "文渊街中段有七八盏路灯不亮，已经半个月了。")]
    text: String,
    /// A division, coordinates or an address; needed for an order.
    #[serde(default, deserialize_with = "null_is_absent")]
    place: PlaceBody,
    /// Entry of the catalogue.
    #[serde(default)]
    #[schema(example = "M020101")]
    matter: Option<String>,
    /// Who called; goes into the vault.
    #[serde(default)]
    caller: Option<CallerBody>,
    /// Identity is never shown to units; reports are confidential in any case.
    #[serde(default, deserialize_with = "null_is_absent")]
    confidential: bool,
    /// Number of the sending system; the same number of the same channel is registered once. It is told to others,
    /// so it must not be or hold a phone number.
    #[serde(default)]
    source_number: Option<String>,
    /// With the channel province: until when the province wants the result. The city's total clock is due no later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-03-20T17:00:00+08:00")]
    due_by: Option<DateTime<FixedOffset>>,
    /// Code of the reply address of the desk that brought it, of the same channel: its result goes there, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "board")]
    pub(super) reply_address: Option<String>,
    /// Facts that conditions of duties ask for, at most 20.
    #[serde(default, deserialize_with = "null_is_absent")]
    facts: BTreeMap<String, String>,
    /// Several matters in one contact: one order each, at most 10.
    #[serde(default, deserialize_with = "null_is_absent")]
    demands: Vec<DemandBody>,
    /// accepted, answered, declined.
    #[serde(default = "accepted", deserialize_with = "null_is_accepted")]
    #[schema(value_type = String, default = "accepted")]
    disposition: Disposition,
    /// With `answered`: what the caller was told.
    #[serde(default)]
    answer: Option<String>,
    /// With `declined`: code of the intake scope or the reason.
    #[serde(default)]
    reason: Option<String>,
    /// With `declined`: where the caller was told to turn.
    #[serde(default)]
    advice: Option<String>,
    /// An open order to follow, instead of an order of its own.
    #[serde(default)]
    joins: Option<Uuid>,
}

/// Who called.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CallerBody {
    /// At most 60 characters.
    #[serde(default)]
    name: Option<String>,
    /// 5 to 20 digits, with +, - and spaces.
    #[serde(default)]
    phone: Option<String>,
    /// Another number, called when nobody answers at the first; the same form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    second_phone: Option<String>,
}

/// One of several matters; what is missing is as in the complaint.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DemandBody {
    /// What is wanted.
    text: String,
    /// One line.
    #[serde(default)]
    title: Option<String>,
    /// Entry of the catalogue.
    #[serde(default)]
    matter: Option<String>,
    /// Where.
    #[serde(default)]
    place: Option<PlaceBody>,
}

const fn accepted() -> Disposition {
    Disposition::Accepted
}

/// Many clients send `null` for what they do not have.
fn null_is_absent<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn null_is_accepted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Disposition, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(accepted))
}

impl From<RegisterComplaintBody> for Draft {
    fn from(body: RegisterComplaintBody) -> Self {
        Self {
            channel: body.channel,
            kind: body.kind,
            urgency: body.urgency,
            title: body.title,
            text: body.text,
            place: body.place.into(),
            matter: body.matter,
            caller: body.caller.map(|caller| Caller {
                name: caller.name,
                phone: caller.phone,
                second_phone: caller.second_phone,
            }),
            confidential: body.confidential,
            source_number: body.source_number,
            due_by: body.due_by.map(|at| at.to_utc()),
            facts: body.facts,
            demands: body.demands.into_iter().map(DraftDemand::from).collect(),
            disposition: body.disposition,
            answer: body.answer,
            reason: body.reason,
            advice: body.advice,
            joins: body.joins.map(Into::into),
        }
    }
}

impl From<DemandBody> for DraftDemand {
    fn from(body: DemandBody) -> Self {
        Self {
            title: body.title,
            text: body.text,
            matter: body.matter,
            place: body.place.map(Into::into),
        }
    }
}
