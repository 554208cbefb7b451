//! When an action is the same as an earlier one.
use super::act_on_order::ActOnOrder;
use crate::domain::action::Action;
use crate::domain::handling::{Handling, State};
use contracts::ids::UnitCode;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// True when this very action had its effect in this round, or when it comes late from an earlier round: before
/// the lead has done anything in the new one, its old words are an echo and not an answer. Who helps signs nothing, so
/// its words in a new round are always of that round. A request (return, extension, suspension) is only repeated while it is under
/// review; after a refusal the same words ask anew.
pub(super) fn is_repeated(handling: &Handling, unit: &UnitCode, action: &Action, rounds: &[i32]) -> bool {
    let asks_anew = match action {
        Action::RequestReturn { .. } => handling.return_id.is_none(),
        Action::RequestExtension { .. } => handling.extension_id.is_none(),
        Action::RequestSuspension { .. } => handling.suspension_id.is_none(),
        _ => false,
    };
    if asks_anew {
        return false;
    }
    let untouched = handling.state == State::Assigned && handling.lead() == unit;
    rounds
        .iter()
        .any(|round| *round == handling.rework || (untouched && *round < handling.rework))
}

/// What makes an action the same as another one. The key takes part where the same words may be meant again.
pub(super) fn digest(command: &ActOnOrder) -> [u8; 32] {
    let ActOnOrder {
        unit,
        generation,
        action,
        key,
        ..
    } = command;
    let key = match action {
        Action::Progress { .. }
        | Action::RequestReturn { .. }
        | Action::RequestExtension { .. }
        | Action::RequestSuspension { .. }
        | Action::CoReply { .. } => key.as_deref(),
        Action::Sign | Action::Respond { .. } | Action::RequestCoHandlers { .. } | Action::Reply { .. } => {
            None
        }
    };
    let whole = json!([unit.as_str(), generation, action.verb(), content(action), key]);
    Sha256::digest(whole.to_string()).into()
}

/// What an action says, as it is stored.
pub(super) fn content(action: &Action) -> Value {
    match action {
        Action::Sign => json!({}),
        Action::Respond {
            how,
            contacted_at: None,
            note,
        } => json!({ "how": how.as_str(), "note": note }),
        Action::Respond {
            how,
            contacted_at: Some(at),
            note,
        } => json!({ "how": how.as_str(), "contacted_at": at, "note": note }),
        Action::Progress { note } => json!({ "note": note }),
        Action::RequestReturn {
            reason,
            basis,
            suggested_unit,
        } => {
            json!({ "reason_code": reason.as_str(), "basis": basis, "suggested_unit": suggested_unit })
        }
        Action::RequestCoHandlers { co_handlers, reason } => {
            json!({ "co_handlers": co_handlers, "reason": reason })
        }
        Action::RequestExtension {
            clock,
            amount,
            amount_unit,
            reason,
            basis,
        } => {
            json!({ "clock": clock, "amount": amount, "amount_unit": amount_unit, "reason": reason, "basis": basis })
        }
        Action::RequestSuspension {
            reason_code,
            reason,
            until,
            basis,
            attachments,
        } => {
            json!({ "reason_code": reason_code, "reason": reason, "until": until, "basis": basis, "attachments": attachments })
        }
        Action::CoReply {
            done,
            text,
            attachments,
        } => json!({ "done": done, "text": text, "attachments": attachments }),
        Action::Reply {
            solved,
            unsolved_reason,
            text,
            internal_text,
            claimed_result,
            contacted,
            attachments,
        } => json!({
            "solved": solved, "unsolved_reason": unsolved_reason, "text": text, "internal_text": internal_text,
            "claimed_result": claimed_result, "contacted": contacted, "attachments": attachments,
        }),
    }
}
