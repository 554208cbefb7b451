//! The record as a page that can be printed, in Chinese: no scripts, nothing from elsewhere.
use crate::api::reports::html::{STYLE, escape};
use crate::domain::referral::{Happened, Part, Record};
use chrono::{DateTime, FixedOffset};
use std::fmt::Write as _;

const PARTS: [(Part, &str); 7] = [
    (Part::Contact, "诉求与登记"),
    (Part::Assignment, "派单"),
    (Part::Return, "退单"),
    (Part::Handling, "办理"),
    (Part::Callback, "回访"),
    (Part::Supervision, "时限与督办"),
    (Part::Consultation, "会商"),
];

/// The page; `sha256` is that of the record as JSON.
pub(super) fn page(record: &Record, sha256: &str) -> String {
    let mut out = String::new();
    let heading = escape(&format!("移送材料 {}", record.number));
    let _ = write!(
        out,
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{heading}</title>\
         <style>{STYLE}</style></head><body><h1>{heading}</h1>"
    );
    about(&mut out, record, sha256);
    clocks(&mut out, record);
    grants(&mut out, record);
    meetings(&mut out, record);
    ladder(&mut out, record);
    for (part, title) in PARTS {
        let entries = record.timeline.iter().filter(|entry| entry.part == part);
        let rows: Vec<_> = entries.map(happened).collect();
        table(&mut out, title, &["时间", "事件", "办理人", "内容"], &rows);
    }
    out.push_str("</body></html>");
    out
}

fn at(time: &DateTime<FixedOffset>) -> String {
    time.format("%Y-%m-%d %H:%M").to_string()
}

fn at_or_none(time: Option<&DateTime<FixedOffset>>) -> String {
    time.map(at).unwrap_or_default()
}

fn happened(entry: &Happened) -> Vec<String> {
    vec![
        at(&entry.occurred_at),
        entry.event.clone(),
        entry.actor.clone(),
        entry.facts.to_string(),
    ]
}

fn about(out: &mut String, record: &Record, sha256: &str) {
    let order = &record.order;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let rows = [
        ("被移送单位", record.unit.clone()),
        ("移送至", record.to.clone()),
        ("事由", record.reason.clone()),
        ("截至", at(&record.made_at)),
        ("工单编号", text(&order.order_number)),
        ("诉求编号", text(&order.complaint_number)),
        ("标题", text(&order.title)),
        ("受理时间", at_or_none(order.accepted_at.as_ref())),
        ("当前状态", order.state.clone()),
        ("责任单位", text(&order.responsible)),
        ("派单次数", order.assignments.to_string()),
        ("督办级别", order.level.to_string()),
        ("办结时间", at_or_none(order.closed_at.as_ref())),
        ("数字原件 SHA-256", sha256.to_owned()),
    ];
    let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
    table(out, "概况", &["项目", "内容"], &rows);
}

fn clocks(out: &mut String, record: &Record) {
    let rows = record.clocks.iter().map(|clock| {
        vec![
            clock.clock.clone(),
            clock.generation.to_string(),
            clock.rework.to_string(),
            at(&clock.started_at),
            at(&clock.due_at),
            clock.state.clone(),
            clock.explanation.join(" "),
        ]
    });
    let titles = ["时限", "派单", "重办", "起算", "届满", "状态", "计算依据"];
    table(out, "时限", &titles, &rows.collect::<Vec<_>>());
}

fn grants(out: &mut String, record: &Record) {
    let rows = record.extensions.iter().map(|asked| {
        vec![
            at(&asked.requested_at),
            asked.unit.clone(),
            format!("{} +{} {}", asked.clock, asked.amount, asked.amount_unit),
            asked.reason.clone(),
            asked.state.clone(),
            asked.review_reason.clone().unwrap_or_default(),
        ]
    });
    let titles = ["时间", "单位", "申请", "理由", "结果", "审核意见"];
    table(out, "延期", &titles, &rows.collect::<Vec<_>>());
    let rows = record.suspensions.iter().map(|stood| {
        vec![
            stood.unit.clone(),
            stood.reason.clone(),
            at(&stood.suspended_at),
            at_or_none(stood.resumed_at.as_ref()),
        ]
    });
    table(
        out,
        "挂起",
        &["单位", "理由", "起", "止"],
        &rows.collect::<Vec<_>>(),
    );
}

fn meetings(out: &mut String, record: &Record) {
    let rows = record.consultations.iter().map(|met| {
        let ruled = met.rulings.iter().map(|ruling| match &ruling.refused {
            Some(why) => format!("{}（{}，未生效：{why}）", ruling.lead, ruling.basis),
            None => format!("{}（{}）", ruling.lead, ruling.basis),
        });
        vec![
            at(&met.meets_at),
            if met.on_site { "现场" } else { "会议" }.to_owned(),
            met.units.join("、"),
            met.came.as_ref().map(|came| came.join("、")).unwrap_or_default(),
            met.question.clone(),
            met.minutes.clone().unwrap_or_default(),
            ruled.collect::<Vec<_>>().join("；"),
        ]
    });
    let titles = ["时间", "方式", "召集", "到场", "议题", "纪要", "定规"];
    table(out, "会商结论", &titles, &rows.collect::<Vec<_>>());
}

fn ladder(out: &mut String, record: &Record) {
    let climbs = record.supervision.iter();
    let rows = climbs.flat_map(|one| one.steps.iter().map(move |step| (one, step)));
    let rows = rows.map(|(one, step)| {
        vec![
            at(&step.at),
            step.document.clone(),
            one.unit.clone().unwrap_or_default(),
            step.level.to_string(),
            step.kind.clone(),
            step.trigger.clone().unwrap_or_default(),
            step.author.clone(),
            step.text.clone(),
            at_or_none(step.answer_until.as_ref()),
            step.outcome.clone().unwrap_or_default(),
        ]
    });
    let titles = [
        "时间",
        "文号",
        "责任单位",
        "级别",
        "步骤",
        "触发",
        "经办",
        "内容",
        "答复期限",
        "结果",
    ];
    table(out, "督办台账", &titles, &rows.collect::<Vec<_>>());
}

fn table(out: &mut String, title: &str, columns: &[&str], rows: &[Vec<String>]) {
    let _ = write!(out, "<h2>{title}</h2>");
    if rows.is_empty() {
        out.push_str("<p>无。</p>");
        return;
    }
    out.push_str("<table><thead><tr>");
    for column in columns {
        let _ = write!(out, "<th>{column}</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{}</td>", escape(cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}
