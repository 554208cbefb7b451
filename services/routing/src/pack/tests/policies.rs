//! `policies.csv`.
use super::*;

/// `policies.csv` with these rows.
fn policies(rows: &str) -> Files {
    let mut files = sample();
    files
        .0
        .insert("policies.csv".to_owned(), format!("政策,取值,说明\n{rows}"));
    files
}

#[test]
fn policies_are_read_and_their_absence_is_the_default() {
    use crate::domain::policies::{Policies, ReturnPolicy};
    let of = |files: &Files| read(files, OFFSET_SECS).unwrap().policies;
    assert_eq!(of(&sample()), Policies::default());
    let limited = of(&policies("退单政策,限次,\n退单总次数上限,2,\n争议退单次数,4,\n"));
    assert_eq!(
        (limited.returns, limited.disputed_after),
        (ReturnPolicy::Limited(2), 4)
    );
    let kept = of(&policies("退单政策,首接负责,样例\n"));
    assert_eq!(
        (kept.returns, kept.disputed_after),
        (ReturnPolicy::FirstReceiver, 3)
    );
    let same = encode(&read(&policies("退单政策,审核,\n"), OFFSET_SECS).unwrap()).unwrap();
    assert_eq!(
        same,
        encode(&read(&sample(), OFFSET_SECS).unwrap()).unwrap(),
        "the default said aloud"
    );
}

#[test]
fn bad_policies_are_named() {
    for (rows, named) in [
        ("退单政策,随意,\n", "随意"),
        ("退单策略,审核,\n", "退单策略"),
        ("退单政策,审核,\n退单政策,审核,\n", "退单政策"),
        ("退单政策,限次,\n", "退单总次数上限"),
        ("退单总次数上限,2,\n", "限次"),
        ("争议退单次数,0,\n", "0"),
    ] {
        let faults = faults(&policies(rows));
        assert!(
            faults.contains("policies.csv") && faults.contains(named),
            "{rows}: {faults}"
        );
    }
}
