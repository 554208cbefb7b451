//! Edits of the sample city: rows stay sorted, and what is needed stays.
use super::{Edit, EditRefused, apply, changed_meanwhile, changes};
use crate::domain::snapshot::Snapshot;
use crate::pack;
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

#[test]
fn only_rows_that_somebody_else_changed_otherwise_stand_in_the_way() {
    let base = sample();
    let put = |position: usize, priority: i32| {
        let row = Box::new(base.duties[position].clone());
        Edit::PutDuty {
            row: Box::new(crate::domain::snapshot::DutyRow { priority, ..*row }),
        }
    };
    let delete = |position: usize| Edit::DeleteDuty {
        code: base.duties[position].code.clone(),
    };
    let mut newest = base.clone();
    for edit in [put(0, 901), put(1, 902), delete(2), delete(3)] {
        apply(&mut newest, &edit).unwrap();
    }
    let code = |position: usize| base.duties[position].code.clone();
    let meanwhile = |edits: &[Edit]| changed_meanwhile(&base, &newest, edits);
    assert_eq!(
        meanwhile(&[put(0, 5)]),
        [code(0)],
        "changed there, changed here otherwise"
    );
    assert_eq!(meanwhile(&[put(1, 902)]), [""; 0], "both say the same");
    assert_eq!(meanwhile(&[put(2, 5)]), [code(2)], "gone there, changed here");
    assert_eq!(meanwhile(&[delete(3)]), [""; 0], "gone here and there");
    assert_eq!(meanwhile(&[delete(1)]), [code(1)], "changed there, gone here");
    assert_eq!(
        meanwhile(&[put(4, 5), delete(5)]),
        [""; 0],
        "nobody else touched them"
    );
    assert_eq!(
        meanwhile(&[put(0, 5), put(0, 901)]),
        [""; 0],
        "the last edit counts"
    );
}
