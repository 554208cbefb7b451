//! The commands that a unit may send, one entry each: what reads the body, and what the documents tell of it.
use super::co_reply::PartRequest;
use super::progress::ProgressRequest;
use super::reply::ReplyRequest;
use super::request_co_handlers::CoHandlersRequest;
use super::request_extension::ExtensionRequest;
use super::request_return::ReturnRequest;
use super::request_suspension::SuspensionRequest;
use super::respond::RespondRequest;
use super::sign::SignRequest;
use super::{ActionBody, Wanted, questions};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use web::{Json, Problem};

/// One command.
#[derive(Clone, Copy)]
pub struct Verb {
    /// The last word of the subject and of the address.
    pub name: &'static str,
    /// What it says, for programmers.
    pub meaning: &'static str,
    /// Who may say it.
    pub who: &'static str,
    /// Reads and checks a body.
    pub read: fn(&Value) -> Result<Wanted, Problem>,
    /// The name of the body's schema.
    pub body: fn() -> String,
    /// The body's schema.
    pub schema: fn() -> RefOr<Schema>,
    /// A body that is accepted.
    pub example: fn() -> Value,
}

const LEAD: &str = "the lead";
const HELPERS: &str = "units that help";
const EITHER: &str = "the lead and units that help";

/// Every command, in the order of an order's life.
pub const ALL: [Verb; 9] = [
    verb::<SignRequest>(
        "sign",
        "签收: the unit takes the order",
        LEAD,
        || json!({ "generation": 1 }),
    ),
    verb::<RespondRequest>(
        "respond",
        "响应: first contact with the caller, or arrival on site",
        LEAD,
        || json!({ "generation": 1, "how": "called", "contacted_at": "2025-09-28T14:30:00+08:00" }),
    ),
    verb::<ProgressRequest>(
        "progress",
        "how it goes",
        EITHER,
        || json!({ "generation": 1, "note": "抢修人员已到场" }),
    ),
    verb::<ReturnRequest>(
        "return-requests",
        "退单: \"not ours\", for the hotline to review",
        LEAD,
        || {
            json!({ "generation": 1, "reason_code": "wrong_place", "basis": "《市政设施管理办法》第三条",
                "suggested_unit": "SJ-URBAN" })
        },
    ),
    verb::<ExtensionRequest>(
        "extension-requests",
        "延期: more time, for supervision to decide",
        LEAD,
        || {
            json!({ "generation": 1, "clock": "finish", "amount": 5, "amount_unit": "working_days",
                "reason": "需采购灯具", "basis": "市热线管理办法第二十条" })
        },
    ),
    verb::<SuspensionRequest>(
        "suspension-requests",
        "挂起: the clocks stand still for a time, for supervision to decide",
        LEAD,
        || {
            json!({ "generation": 1, "reason_code": "weather", "reason": "连日降雨，无法施工",
                "until": "2025-10-09T17:00:00+08:00", "basis": "市热线管理办法第二十二条" })
        },
    ),
    verb::<CoHandlersRequest>(
        "co-handlers",
        "协办: others help, the lead stays responsible",
        LEAD,
        || json!({ "generation": 1, "co_handlers": ["QX-990102-POLICE"], "reason": "需公安机关到场配合" }),
    ),
    verb::<PartRequest>(
        "parts",
        "协办反馈: how the part of a unit that helps ended",
        HELPERS,
        || json!({ "generation": 1, "done": true, "text": "已核实，管道不属我公司" }),
    ),
    verb::<ReplyRequest>("reply", "办结反馈: the unit says it is done", LEAD, || {
        json!({ "generation": 1, "solved": true, "text": "路灯已修复", "contacted": true,
            "claimed_result": "satisfied" })
    }),
];

const fn verb<B: ActionBody + ToSchema>(
    name: &'static str,
    meaning: &'static str,
    who: &'static str,
    example: fn() -> Value,
) -> Verb {
    Verb {
        name,
        meaning,
        who,
        read: read::<B>,
        body: || B::name().into_owned(),
        schema: B::schema,
        example,
    }
}

fn read<B: ActionBody>(body: &Value) -> Result<Wanted, Problem> {
    Json::<B>::parse(body.to_string().as_bytes())?.check()
}

/// The command of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Verb> {
    ALL.iter().find(|verb| verb.name == name)
}

/// There is none of that name.
#[must_use]
pub fn unknown() -> Problem {
    let others = questions::all().map(|question| question.name);
    let names: Vec<&str> = ALL.iter().map(|verb| verb.name).chain(others).collect();
    Problem::not_found("verb_unknown", format!("use one of {}", names.join(", ")))
        .detail_zh(format!("可用指令：{}", names.join("、")))
}

impl std::fmt::Debug for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verb")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_accepted_and_every_name_is_found() {
        for verb in ALL {
            let wanted = (verb.read)(&(verb.example)());
            assert_eq!(wanted.map(|wanted| wanted.generation).ok(), Some(1), "{verb:?}");
            assert_eq!(find(verb.name).map(|found| found.name), Some(verb.name));
        }
        assert!(find("signs").is_none());
    }
}
