//! From refusals about drafts to problems.
use crate::api::error::{db, no_directory, publish, second_person};
use crate::domain::draft::{DraftState, EditRefused};
use crate::usecases::create_draft::CreateRefused;
use crate::usecases::edit_draft::EditDraftRefused;
use crate::usecases::publish_draft::{PublishDraftError, PublishDraftRefused};
use crate::usecases::review_draft::ReviewError;
use db::ExecuteError;
use web::Problem;

fn draft_unknown() -> Problem {
    Problem::not_found("draft_unknown", "see GET /v1/directory/drafts").detail_zh("请参见草稿列表")
}

fn not_open(state: DraftState) -> Problem {
    Problem::conflict("draft_not_open", format!("the draft is {}", state.as_str()))
        .with("state", state.as_str())
}

/// A draft was not begun.
pub(super) fn create_draft(error: &ExecuteError<CreateRefused>) -> Problem {
    match error {
        ExecuteError::Db(error) => db(error),
        ExecuteError::Refused(CreateRefused::NoDirectory) => no_directory(),
        ExecuteError::Refused(CreateRefused::KeyReused) => web::idempotency::reused(),
    }
}

/// A draft was not changed; `fields` tells which field of the body fills a column.
pub(super) fn edit_draft(
    error: &ExecuteError<EditDraftRefused>,
    fields: &[(&'static str, &'static str)],
) -> Problem {
    let refused = match error {
        ExecuteError::Db(error) => return db(error),
        ExecuteError::Refused(refused) => refused,
    };
    match refused {
        EditDraftRefused::DraftUnknown => draft_unknown(),
        EditDraftRefused::NotOpen(state) => not_open(*state),
        EditDraftRefused::ImportStays => {
            Problem::conflict("draft_is_import", refused.to_string()).detail_zh("请重新导入数据包")
        }
        EditDraftRefused::Edit(EditRefused::Unknown(code)) => {
            Problem::not_found("row_unknown", format!("the draft has no {code}"))
        }
        EditDraftRefused::Edit(EditRefused::Named { by, .. }) => {
            Problem::conflict("row_needed", refused.to_string())
                .detail_zh(format!("仍被{by}引用，请先修改或删除，或改设失效日期"))
                .with("by", by.as_str())
        }
        EditDraftRefused::Faults(list) => {
            let first = list.list().first();
            let column = first
                .and_then(|fault| fault.column.as_deref())
                .unwrap_or_default();
            let (en, zh) = first.map_or_else(Default::default, |fault| {
                (fault.expected.clone(), fault.expected_zh.clone())
            });
            let field = fields.iter().find(|(known, _)| *known == column);
            let value = first.map(|fault| fault.value.clone()).unwrap_or_default();
            Problem::unprocessable("row_invalid", format!("{value:?}: expected {en}"))
                .detail_zh(format!("“{value}”：应为{zh}"))
                .field(field.map_or("code", |(_, field)| *field))
                .with("faults", serde_json::to_value(list.list()).unwrap_or_default())
        }
    }
}

/// A draft cannot be looked at.
pub(super) fn review_draft(error: &ReviewError) -> Problem {
    match error {
        ReviewError::DraftUnknown => draft_unknown(),
        ReviewError::NoDirectory => no_directory(),
        ReviewError::Build(problem) => Problem::unprocessable("pack_faults", problem.to_string()),
        ReviewError::Db(error) => db(error),
        ReviewError::Worker => Problem::internal(error),
    }
}

/// A draft was not published.
pub(super) fn publish_draft(error: &PublishDraftError) -> Problem {
    let refused = match error {
        PublishDraftError::Db(error) => return db(error),
        PublishDraftError::Content(error) => return publish(error),
        PublishDraftError::Refused(refused) => refused,
    };
    match refused {
        PublishDraftRefused::DraftUnknown => draft_unknown(),
        PublishDraftRefused::NotOpen(state) => not_open(*state),
        PublishDraftRefused::Outdated { based_on, newest } => {
            Problem::conflict("draft_outdated", format!("{refused}; see POST …/rebase"))
                .detail_zh(format!("草稿基于版本{based_on}，现行版本为{newest}"))
                .with("based_on", *based_on)
                .with("newest", *newest)
        }
        PublishDraftRefused::Edited => {
            Problem::conflict("draft_edited", refused.to_string()).detail_zh("请重新查看后再发布")
        }
        PublishDraftRefused::SecondPersonNeeded => {
            second_person("who wrote a draft may not publish it alone")
        }
        PublishDraftRefused::LintErrors(errors) => Problem::unprocessable(
            "lint_errors",
            format!("{refused}; mend them, or say why in override_reason"),
        )
        .detail_zh(format!(
            "体检发现{}处新错误，请改正，或在 override_reason 中说明理由",
            errors.count
        ))
        .field("override_reason")
        .with(
            "findings",
            serde_json::to_value(&errors.findings).unwrap_or_default(),
        ),
    }
}
