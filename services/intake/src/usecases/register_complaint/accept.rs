//! Makes a complaint ready for the tables: texts masked, identity sealed, ids given.
use super::Registration;
use crate::domain::caller::{Caller, masked_phone};
use crate::domain::complaint::{AcceptedComplaint, NewComplaint, Treatment};
use crate::domain::reveal::Field;
use crate::domain::{ComplaintId, OrderId};
use crate::store::identities::SealedIdentity;
use crate::vault::Vault;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use serde_json::json;
use uuid::Uuid;

/// The masked complaint and, when there is anything to hide, the sealed rest.
pub(super) fn complaint(
    vault: &Vault,
    now: DateTime<Utc>,
    asked: &Asked<Registration>,
) -> (AcceptedComplaint, Option<SealedIdentity>) {
    let complaint = &asked.command.complaint;
    let complaint_id = ComplaintId(Uuid::now_v7());
    let caller = complaint.caller.as_ref();
    let secrets = caller.map(Caller::secrets).unwrap_or_default();
    let content = complaint.masked(|text| telemetry::redact::mask_all(text, &secrets).into_owned());
    let words = (content != complaint.nameless()).then(|| own_words(complaint));
    let accepted = AcceptedComplaint {
        number: asked.command.number.clone(),
        complaint_id,
        caller: caller
            .and_then(|caller| caller.phone.as_deref())
            .map(|phone| vault.caller_token(phone))
            .or(asked.command.kept_elsewhere),
        other_number: caller.is_some_and(|caller| caller.second_phone.is_some()),
        at: now,
        by: asked.cause.actor.clone(),
        correlation_id: asked.cause.correlation_id,
        attempt: asked.command.attempt.clone().map(|mut attempt| {
            attempt.hash = vault.request_hash(&attempt.hash);
            attempt
        }),
        order_ids: content
            .treatment
            .demands()
            .iter()
            .map(|_| OrderId(Uuid::now_v7()))
            .collect(),
        content,
    };
    (accepted, sealed(vault, complaint_id, caller, words.as_deref()))
}

fn sealed(
    vault: &Vault,
    complaint_id: ComplaintId,
    caller: Option<&Caller>,
    words: Option<&str>,
) -> Option<SealedIdentity> {
    let seal = |field, value: &str| vault.seal(complaint_id, field, value);
    let name = caller.and_then(|caller| caller.name.as_deref());
    let phone = caller.and_then(|caller| caller.phone.as_deref());
    let second_phone = caller.and_then(|caller| caller.second_phone.as_deref());
    (name.is_some() || phone.is_some() || words.is_some()).then(|| SealedIdentity {
        complaint_id,
        key_version: vault.key_version(),
        name: name.map(|name| seal(Field::Name, name)),
        phone: phone.map(|phone| seal(Field::Phone, phone)),
        second_phone: second_phone.map(|phone| seal(Field::SecondPhone, phone)),
        words: words.map(|words| seal(Field::Words, words)),
        phone_index: phone.map(|phone| vault.phone_index(phone).to_vec()),
        phone_masked: phone.map(masked_phone),
    })
}

/// The texts as they were given, as JSON: masking must not lose what the caller said.
fn own_words(complaint: &NewComplaint) -> String {
    let demands: Vec<_> = complaint
        .treatment
        .demands()
        .iter()
        .map(|demand| {
            let address = demand.place.as_ref().and_then(|place| place.address.as_deref());
            json!({ "title": demand.title, "text": demand.text, "address": address })
        })
        .collect();
    let told = match &complaint.treatment {
        Treatment::Answered { answer } => json!({ "answer": answer }),
        Treatment::Declined { reason, advice } => json!({ "reason": reason, "advice": advice }),
        Treatment::Orders(_) | Treatment::Joins(_) => json!({}),
    };
    json!({
        "title": complaint.title,
        "text": complaint.text,
        "address": complaint.place.address,
        "facts": complaint.facts,
        "demands": demands,
        "told": told,
    })
    .to_string()
}
