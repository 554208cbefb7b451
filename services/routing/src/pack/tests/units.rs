//! Units one at a time.
use super::*;
use crate::pack::rows::Known;

/// A unit that an editor puts is held against the others.
#[test]
fn units_in_a_circle_are_refused_also_one_at_a_time() {
    let snapshot = read(&sample(), OFFSET_SECS).unwrap();
    let below = snapshot.units.iter().find(|unit| unit.parent.is_some()).unwrap();
    let above = below.parent.clone().unwrap();
    let known = Known::from(&snapshot);
    let unit = snapshot.units.iter().find(|unit| unit.code == above).unwrap();
    let row = |parent: &str| {
        [
            ("单位编码", above.clone()),
            ("单位名称", unit.name.clone()),
            ("简称", unit.short_name.clone()),
            ("级别", "区县级".to_owned()),
            ("类型", unit.kind.clone()),
            ("上级单位", parent.to_owned()),
            ("管辖区划编码", unit.divisions.join(";")),
            ("职能代码", unit.functions.join(";")),
            ("是否可退单", "是".to_owned()),
            ("接入方式", unit.access.clone()),
            ("工作时间", unit.calendar.clone()),
            ("生效日期", "2020-01-01".to_owned()),
            ("失效日期", String::new()),
            ("备注", String::new()),
        ]
    };
    assert!(known.unit(&above, &row("")).is_ok());
    let refused = known.unit(&above, &row(&below.code)).unwrap_err();
    assert!(
        refused.to_string().contains("not below the unit itself"),
        "{refused}"
    );
}
