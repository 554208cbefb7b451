//! Edits of the sample city: rows stay sorted, and what is needed stays.
use super::{Edit, EditRefused, apply, changes, check};
use crate::domain::policies::ReturnPolicy;
use crate::domain::snapshot::{PastOrderRow, Snapshot};
use crate::pack::{self, rows::Known};
use std::path::Path;

fn sample() -> Snapshot {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample");
    pack::read(&pack::read_folder(&folder).unwrap(), 28_800).unwrap()
}

#[test]
fn edits_change_one_row_and_undo_to_the_same_bytes() {
    let before = sample();
    let mut after = before.clone();
    let mut row = before.duties[3].clone();
    row.code = "PD0003A".to_owned();
    apply(
        &mut after,
        &Edit::PutDuty {
            row: Box::new(row.clone()),
        },
    )
    .unwrap();
    row.priority += 1;
    apply(&mut after, &Edit::PutDuty { row: Box::new(row) }).unwrap();
    let gone = Edit::DeleteDuty {
        code: "PD0001".to_owned(),
    };
    apply(&mut after, &gone).unwrap();
    assert!(after.duties.is_sorted_by(|a, b| a.code < b.code));
    let found = changes(&before, &after);
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["duties"]);
    assert_eq!(
        (&found["duties"].added, &found["duties"].removed),
        (&vec!["PD0003A".to_owned()], &vec!["PD0001".to_owned()])
    );
    assert_eq!(
        apply(&mut after, &gone),
        Err(EditRefused::Unknown("PD0001".to_owned()))
    );

    let back = before
        .duties
        .iter()
        .find(|row| row.code == "PD0001")
        .unwrap()
        .clone();
    apply(&mut after, &Edit::PutDuty { row: Box::new(back) }).unwrap();
    apply(
        &mut after,
        &Edit::DeleteDuty {
            code: "PD0003A".to_owned(),
        },
    )
    .unwrap();
    assert_eq!(pack::encode(&after).unwrap().1, pack::encode(&before).unwrap().1);
    assert!(changes(&before, &after).is_empty());
}

/// What is no table of rows, and what decides nothing by itself, is shown too.
#[test]
fn policies_past_orders_and_the_citys_calendar_are_compared() {
    let before = sample();
    let mut after = before.clone();
    after.policies.returns = ReturnPolicy::Limited(2);
    after.past_orders.push(PastOrderRow {
        number: "P1".to_owned(),
        title: "路灯不亮".to_owned(),
        text: "路灯不亮".to_owned(),
        matter: Some("M020101".to_owned()),
        scope: None,
        kind: None,
        disposition: "派单".to_owned(),
        repeat_of: None,
    });
    let other = before
        .calendars
        .iter()
        .find(|calendar| calendar.code != before.city_calendar)
        .unwrap();
    after.city_calendar.clone_from(&other.code);
    let found = changes(&before, &after);
    assert_eq!(
        found.keys().copied().collect::<Vec<_>>(),
        ["city_calendar", "past_orders", "policies"]
    );
    assert_eq!(
        (&found["policies"].added, &found["policies"].changed),
        (&vec!["退单总次数上限".to_owned()], &vec!["退单政策".to_owned()])
    );
    assert_eq!(found["past_orders"].added, ["P1"]);
    assert_eq!(
        (&found["city_calendar"].added, &found["city_calendar"].removed),
        (&vec![other.code.clone()], &vec![before.city_calendar.clone()])
    );
}

#[test]
fn a_unit_that_duties_name_cannot_be_deleted() {
    let mut snapshot = sample();
    let refused = apply(
        &mut snapshot,
        &Edit::DeleteUnit {
            code: "RX-990121".to_owned(),
        },
    )
    .unwrap_err();
    assert!(
        matches!(refused, EditRefused::Named { ref by, .. } if by == "PD0001"),
        "{refused:?}"
    );
    assert_eq!(snapshot, sample());
    let mut row = snapshot.units[0].clone();
    row.code = "LINE-2026".to_owned();
    apply(&mut snapshot, &Edit::PutUnit { row: Box::new(row) }).unwrap();
    apply(
        &mut snapshot,
        &Edit::DeleteUnit {
            code: "LINE-2026".to_owned(),
        },
    )
    .unwrap();
    assert_eq!(snapshot, sample());
}

/// What is kept up with edits is what would be gathered anew, and an edit that cannot be made changes nothing.
#[test]
fn what_rows_may_refer_to_keeps_up_with_edits() {
    let mut city = sample();
    let mut known = Known::from(&city);
    let mut unit = city.units[0].clone();
    unit.code = "SJ-NEW".to_owned();
    let mut duty = city.duties[0].clone();
    (duty.code, duty.lead) = ("PD9000".to_owned(), "SJ-NEW".to_owned());
    let put_unit = Edit::PutUnit { row: Box::new(unit) };
    let put_duty = Edit::PutDuty { row: Box::new(duty) };
    let delete = |code: &str| {
        (
            Edit::DeleteUnit {
                code: code.to_owned(),
            },
            Edit::DeleteDuty {
                code: code.to_owned(),
            },
        )
    };
    let needed = delete("SJ-NEW").0;
    for (edit, possible) in [
        (&needed, false),
        (&put_unit, true),
        (&put_duty, true),
        (&needed, false),
        (&delete("PD9000").1, true),
        (&delete("PD9000").1, false),
        (&needed, true),
    ] {
        let before = city.clone();
        assert_eq!(check(&city, edit).is_ok(), possible, "{edit:?}");
        assert_eq!(apply(&mut city, edit), check(&before, edit));
        if possible {
            known.learn(edit);
        } else {
            assert_eq!(city, before);
        }
        assert_eq!(known, Known::from(&city), "{edit:?}");
    }
    assert_eq!(city, sample());
}
