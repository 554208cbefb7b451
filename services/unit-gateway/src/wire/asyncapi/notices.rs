//! What each notice means to the unit.
use contracts::unit_documents::UnitNotice;

/// One sentence.
pub(super) const fn meaning(notice: UnitNotice) -> &'static str {
    match notice {
        UnitNotice::Assigned => "派单: the unit leads (`lead`) or helps with this order now; sign it",
        UnitNotice::Reworked => "重办: back for another round; `note` says what the caller still wants",
        UnitNotice::ReturnRejected => "its return request was refused; it stays responsible",
        UnitNotice::ExtensionGranted => "more time was granted: `extension`",
        UnitNotice::ExtensionDenied => "more time was refused: `extension`",
        UnitNotice::Suspended => "挂起: the order rests, with its clocks: `suspension`",
        UnitNotice::SuspensionDenied => {
            "its request that the order rest was refused, or nobody decided in time, or what the hotline had proposed and was in its way (`pending`) is over: `suspension`; the clocks run on"
        }
        UnitNotice::Resumed => "the rest is over",
        UnitNotice::Supervised => "督办: supervision pushes the order; `note` says how and until when",
        UnitNotice::Escalated => "supervision raised its level",
        UnitNotice::Summoned => {
            "会商、现场督办: the unit is summoned, whether it has the order or not: `summons`; with generation 0 it does not"
        }
        UnitNotice::Outcome => {
            "协调结果: what was promised where units met, or what became of it: `outcome`; the order closes only when all of it is carried out"
        }
        UnitNotice::Answer => {
            "回访结果: what the caller answered counts against the unit: `answer`; it may appeal until `appeal_until`, whether it has the order (generation 0: not) or not"
        }
        UnitNotice::Appeal => "申诉结果: what came of its appeal: `appeal`; the order stands as it stood",
        UnitNotice::CoReplied => "a unit that helps said how its part ended; for the lead",
        UnitNotice::Amended => "the hotline corrected what the order is about; the assignment stands",
        UnitNotice::Supplemented => "the caller added something: `supplements`; for the lead",
        UnitNotice::Revoked => "no longer its order; stop",
        UnitNotice::Closed => "the order is closed; nothing more can be done",
    }
}

/// All of them, as a list.
pub(super) fn describe() -> String {
    let lines = UnitNotice::ALL.map(|notice| format!("- `{}`: {}", notice.as_str(), meaning(notice)));
    lines.join("\n")
}
