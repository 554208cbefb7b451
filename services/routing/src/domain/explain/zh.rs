//! 依据数据生成的中文说明。
use super::Dispatched;
use super::data::{AskData, DecisionData, DutyData, Named, PassedOverData, PlaceData};
use contracts::directory::UnitRef;

pub(super) fn sentences(data: &DecisionData, losers: bool) -> Vec<String> {
    let mut said = Vec::with_capacity(data.considered.len() + 6);
    said.push(format!(
        "依据第{}版派单目录，以{}为准。",
        data.directory_version, data.accepted_on
    ));
    if let Some(matter) = &data.matter {
        said.push(format!("事项为{}。", name(matter)));
    }
    said.extend(data.passed_over.as_ref().map(passed_over));
    if let Some(found) = &data.place {
        place(found, &mut said);
    }
    if !data.excluded.is_empty() {
        said.push(format!(
            "{}对本工单的退单已获准，不再主办或协办。",
            units(&data.excluded)
        ));
    }
    let (lost, decided): (Vec<&DutyData>, Vec<&DutyData>) =
        data.considered.iter().partition(|item| item.verdict == "lost");
    said.extend(lost.into_iter().filter(|_| losers).map(duty));
    if data.ask.is_none() && !data.places.is_empty() {
        said.push(format!("地点可能在{}，结果相同。", names(&data.places, "或")));
    }
    said.push(outcome(data));
    said.extend(decided.into_iter().map(duty));
    said.extend(data.ask.as_ref().map(ask));
    said
}

pub(super) fn dispatched(dispatched: &Dispatched) -> String {
    let Dispatched { by, lead, reason } = dispatched;
    format!("由{by}派给{}：{reason}", unit(lead))
}

fn passed_over(passed: &PassedOverData) -> String {
    let (code, day) = (&passed.code, passed.day.unwrap_or_default());
    match passed.why.as_str() {
        "ended" => format!("区划编码{code}已于{day}失效，未采用。"),
        "not_yet_valid" => format!("区划编码{code}自{day}起生效，未采用。"),
        _ => format!("区划编码{code}不存在，未采用。"),
    }
}

fn place(place: &PlaceData, said: &mut Vec<String>) {
    let how = match place.how.as_str() {
        "division" => "按区划编码".to_owned(),
        "coordinates" => "按经纬度".to_owned(),
        "hints" if place.found.is_empty() => "按诉求内容中的区划名称".to_owned(),
        "hints" => format!("按诉求内容中的地名“{}”", place.found.join("、")),
        _ if place.found.is_empty() => "按地址中的区划名称".to_owned(),
        _ => format!("按地址中的地名“{}”", place.found.join("、")),
    };
    let chain: Vec<String> = place.chain.iter().map(name).collect();
    said.push(format!(
        "地点{how}定位于{}，适用{}的条目。",
        name(&place.division),
        chain.join("、")
    ));
    for taken in &place.taken_over {
        let (zone, origin) = (name(&taken.zone), name(&taken.origin));
        said.push(match &taken.functions {
            None => format!(
                "该地已由{zone}接管全部职能（{}），{origin}的条目不再适用。",
                taken.overlay
            ),
            Some(functions) => format!(
                "{zone}接管了该地的{}职能（{}），其余仍归{origin}。",
                functions.join("、"),
                taken.overlay
            ),
        });
    }
}

fn outcome(data: &DecisionData) -> String {
    let candidates = units(&data.candidates);
    if let Some(lead) = &data.lead {
        let help = if data.co_handlers.is_empty() {
            String::new()
        } else {
            format!("，协办：{}", units(&data.co_handlers))
        };
        return format!("主办：{}{help}。", unit(lead));
    }
    match data.reason.as_deref() {
        Some("tie") => format!("同等条目的主办单位不一致：{candidates}，须会商确定。"),
        Some("no_duty") => "没有适用的条目，须会商确定。".to_owned(),
        Some("no_matter") => "未给出目录中的事项，文本也不足以判定，须由派单员确定。".to_owned(),
        Some("proposed_decline") => "属于不予受理范围，须由人工确认。".to_owned(),
        Some("proposed_transfer") => "应转其他热线，须由人工确认。".to_owned(),
        Some("proposed_answer") => "可直接答复，须由人工确认。".to_owned(),
        Some("place_unknown") => "所述地点无法识别。".to_owned(),
        Some("place_ambiguous") => format!(
            "地点可能在{}；可能的主办单位：{candidates}。",
            names(&data.places, "或")
        ),
        Some("place_too_coarse") => "地点不够具体，无法确定主办单位。".to_owned(),
        _ => "当地没有承担该职能的有效单位，须由派单员确定。".to_owned(),
    }
}

fn ask(ask: &AskData) -> String {
    match ask.about.as_str() {
        "which" => format!("须向来电人询问：是在{}？", names(&ask.options, "，还是在")),
        "street" => "须向来电人询问：在哪个街道（乡镇）？附近有什么？".to_owned(),
        _ => "须向来电人询问：在什么地方（区县、道路门牌、小区名称、附近有什么）？".to_owned(),
    }
}

fn duty(duty: &DutyData) -> String {
    let matter = duty
        .matter
        .as_ref()
        .map_or_else(|| "全部事项".to_owned(), |code| format!("事项{code}"));
    let area = duty
        .division
        .as_ref()
        .map_or_else(|| "全市".to_owned(), |code| format!("区划{code}"));
    let when = if duty.conditions.is_empty() {
        String::new()
    } else {
        format!("，条件“{}”", duty.conditions)
    };
    let lead = match &duty.lead_unit {
        Some(here) if here.code.as_str() != duty.lead => format!("{}，即{}", duty.lead, unit(here)),
        Some(here) => unit(here),
        None => duty.lead.clone(),
    };
    let basis = if duty.basis.is_empty() {
        String::new()
    } else {
        format!("，依据：{}", duty.basis)
    };
    let verdict = match duty.verdict.as_str() {
        "won" => "据此派单".to_owned(),
        "tied" => "与其他条目同等".to_owned(),
        "unresolved" => "应据此派单，但主办单位无法确定".to_owned(),
        _ => format!("不采用：{}", lost(duty)),
    };
    format!(
        "条目{}（{matter}，{area}{when}，主办{lead}{basis}）{verdict}。",
        duty.duty
    )
}

fn lost(duty: &DutyData) -> String {
    let detail = duty.detail.as_deref().unwrap_or_default();
    match duty.why.as_deref() {
        Some("not_yet_valid") => format!("自{detail}起生效"),
        Some("expired") => format!("已于{detail}失效"),
        Some("condition_unknown") => format!("“{detail}”所需要素未知"),
        Some("condition_false") => format!("不符合“{detail}”"),
        Some("taken_over") => "该地已由功能区接管".to_owned(),
        Some("lead_not_valid") => "主办单位当日无效".to_owned(),
        Some("not_to_grassroots") => "适用条目规定不派基层".to_owned(),
        Some("returned") => "主办单位已退单并获准".to_owned(),
        Some("less_specific_place") => "另有地域更具体的条目".to_owned(),
        Some("less_specific_matter") => "另有事项更具体的条目".to_owned(),
        Some("fewer_conditions") => "另有条件更多的条目".to_owned(),
        _ => "另有优先级更高的条目".to_owned(),
    }
}

fn names(list: &[Named], separator: &str) -> String {
    list.iter().map(name).collect::<Vec<_>>().join(separator)
}

fn name(named: &Named) -> String {
    format!("{}{}", named.code, named.name)
}

fn unit(unit: &UnitRef) -> String {
    format!("{}（{}）", unit.name, unit.code)
}

fn units(list: &[UnitRef]) -> String {
    list.iter().map(unit).collect::<Vec<_>>().join("、")
}
