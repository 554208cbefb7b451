//! What another hotline sends is checked like anything that comes through a door: nothing is kept that could not be
//! registered later.
use super::{Message, OfferMessage};
use crate::domain::draft::{SOURCE_NUMBER_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use crate::domain::invalid::{self, Invalid};
use crate::domain::transfer::Offer;

/// Refusals, addresses, notes of calls and results.
const REMARK_CHARS_MAX: usize = 4_000;
const WORD_CHARS_MAX: usize = 32;

impl Message {
    /// Checks every field that is free.
    ///
    /// # Errors
    /// Names the first field that breaks a rule.
    pub fn check(&self) -> Result<(), Invalid> {
        let remark = |field, text: &str| invalid::text(field, text, REMARK_CHARS_MAX).map(drop);
        match self {
            Self::Offer(message) => message.check(),
            Self::Acceptance { number, .. } => {
                invalid::text("number", number, SOURCE_NUMBER_CHARS_MAX).map(drop)
            }
            Self::Refusal {
                reason,
                better_address,
                ..
            } => {
                remark("reason", reason)?;
                better_address
                    .as_deref()
                    .map_or(Ok(()), |address| remark("better_address", address))
            }
            Self::Call { note, .. } => remark("note", note),
            Self::End { state, .. } => invalid::text("state", state, WORD_CHARS_MAX).map(drop),
            Self::Result { result, .. } => remark("result", result),
            Self::Supplement { text, .. } => remark("text", text),
            Self::TakenBack { reason, .. } => remark("reason", reason),
        }
    }
}

impl OfferMessage {
    fn check(&self) -> Result<(), Invalid> {
        invalid::text("case_number", &self.case_number, SOURCE_NUMBER_CHARS_MAX)?;
        invalid::text("number", &self.number, SOURCE_NUMBER_CHARS_MAX)?;
        self.offer.check().map_err(|invalid| invalid.inside("offer"))
    }
}

impl Offer {
    fn check(&self) -> Result<(), Invalid> {
        invalid::text("title", &self.title, TITLE_CHARS_MAX)?;
        invalid::text("text", &self.text, TEXT_CHARS_MAX)?;
        invalid::text("reason", &self.reason, REMARK_CHARS_MAX)?;
        invalid::code_if_given("matter", self.matter.as_deref())?;
        self.place().check().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn offer(change: impl FnOnce(&mut Value)) -> Result<(), String> {
        let mut said = json!({ "type": "offer", "transfer_id": uuid::Uuid::from_u128(1), "case_number": "7", "number": "7",
            "hop": 1, "offered_at": "2026-03-02T01:00:00Z", "answer_until": "2026-03-02T03:00:00Z",
            "offer": { "kind": "grievance", "urgency": "ordinary", "title": "扰民", "text": "喇叭", "matter": null,
                "division": null, "address": null, "position": [117.0, 36.6], "reason": "非警务", "consent": false,
                "voice_at": null } });
        change(&mut said);
        let message: Message = serde_json::from_value(said).expect("a message");
        message.check().map_err(|invalid| invalid.field)
    }

    #[test]
    fn an_offer_that_could_not_be_registered_is_named_by_its_field() {
        assert_eq!(offer(|_| ()), Ok(()));
        let wrong = |pointer: &'static str, value: Value| {
            offer(move |said| *said.pointer_mut(pointer).expect("there") = value).expect_err(pointer)
        };
        assert_eq!(wrong("/offer/position", json!([36.6, 117.0])), "offer.latitude");
        assert_eq!(wrong("/offer/title", json!("长".repeat(201))), "offer.title");
        assert_eq!(wrong("/offer/text", json!("a\0b")), "offer.text");
        assert_eq!(wrong("/offer/division", json!("区 1")), "offer.division");
        assert_eq!(wrong("/number", json!("")), "number");
    }
}
