//! `hotline demo`: the pack's sample complaints through the running platform, and a table of where each went.
use crate::city::client;
use crate::cli::say;
use crate::issuer;
use crate::layout::Layout;
use anyhow::Context;
use contracts::words::{Channel, Kind, Urgency};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::Duration;
use web::auth::Role;

/// One sample complaint.
#[derive(Debug)]
pub struct Sample {
    /// Its number in the pack.
    pub number: String,
    /// One line.
    pub title: String,
    /// The unit the pack expects to lead; empty when nobody should be named.
    pub expected: String,
    /// The request body of `POST /v1/complaints`.
    pub body: Value,
}

/// One line of `complaints.csv`; the columns this program does not send are not read.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(rename = "编号")]
    number: String,
    #[serde(rename = "渠道")]
    channel: String,
    #[serde(rename = "来电人")]
    name: String,
    #[serde(rename = "电话")]
    phone: String,
    #[serde(rename = "标题")]
    title: String,
    #[serde(rename = "正文")]
    text: String,
    #[serde(rename = "区划编码")]
    division: String,
    #[serde(rename = "经度")]
    longitude: Option<f64>,
    #[serde(rename = "纬度")]
    latitude: Option<f64>,
    #[serde(rename = "地点文本")]
    address: String,
    #[serde(rename = "事项编码")]
    matter: String,
    #[serde(rename = "诉求类型")]
    kind: String,
    #[serde(rename = "紧急程度")]
    urgency: String,
    #[serde(rename = "保密")]
    confidential: String,
    #[serde(rename = "要素")]
    facts: String,
    #[serde(rename = "预期主办")]
    expected: String,
}

/// How often and how long an order is asked for before the table says "not routed yet".
const ASKS_MAX: u32 = 100;
const ASK_AGAIN_MS: u64 = 100;

/// The sample complaints of a pack; none when it has no `complaints.csv`.
///
/// # Errors
/// Names the line that cannot be read.
pub fn complaints(folder: &Path) -> anyhow::Result<Vec<Sample>> {
    let file = folder.join("complaints.csv");
    if !file.exists() {
        return Ok(Vec::new());
    }
    csv::Reader::from_path(&file)?
        .into_deserialize::<Line>()
        .enumerate()
        .map(|(index, line)| {
            let line = line.with_context(|| format!("complaints.csv line {}", index + 2))?;
            sample(line).with_context(|| format!("complaints.csv line {}", index + 2))
        })
        .collect()
}

/// Runs the demo against the platform of a run folder.
///
/// # Errors
/// When no platform runs there or it refuses a complaint.
pub async fn run(layout: &Layout) -> anyhow::Result<()> {
    let platform = layout.running()?;
    let issuer = issuer::open(layout)?;
    let (agent, http) = (issuer::token(&issuer, Role::Agent, None), client()?);
    let mut sent = Vec::new();
    for sample in complaints(&platform.city)? {
        let answer = http
            .post("http://127.0.0.1:8101/v1/complaints")
            .bearer_auth(&agent)
            .json(&sample.body)
            .send()
            .await?;
        let (accepted, body) = (answer.status().is_success(), answer.json::<Value>().await?);
        anyhow::ensure!(accepted, "{}: {body}", sample.number);
        sent.push((sample, body));
    }
    say(&format!(
        "{:<14} {:<34} {:<18} {:<3} why",
        "order", "complaint", "unit", ""
    ));
    let (mut right, total) = (0, sent.len());
    for (sample, registered) in sent {
        let order = registered["orders"][0]["order_id"]
            .as_str()
            .context("an order")?
            .to_owned();
        let number = registered["orders"][0]["order_number"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let (lead, why) = routed(&http, &agent, &order).await?;
        let agrees = lead == sample.expected;
        right += usize::from(agrees);
        let shown = if lead.is_empty() { "(for a person)" } else { &lead };
        say(&format!(
            "{number:<14} {:<34} {shown:<18} {:<3} {why}",
            sample.title,
            if agrees { "ok" } else { "??" }
        ));
    }
    say(&format!("\n{right} of {total} as the pack expects"));
    anyhow::ensure!(right == total, "{} complaints went elsewhere", total - right);
    Ok(())
}

/// Lead and last sentence of the explanation; no lead when a person must decide.
async fn routed(http: &reqwest::Client, token: &str, order: &str) -> anyhow::Result<(String, String)> {
    let url = format!("http://127.0.0.1:8102/v1/orders/{order}/assignment");
    for _ in 0..ASKS_MAX {
        let answer = http.get(&url).bearer_auth(token).send().await?;
        if answer.status().is_success() {
            let body: Value = answer.json().await?;
            let lead = body["lead"]["code"].as_str().unwrap_or_default().to_owned();
            let why = body["explanation"]["en"]
                .as_array()
                .and_then(|lines| lines.last())
                .and_then(Value::as_str)
                .unwrap_or_default();
            return Ok((lead, why.to_owned()));
        }
        tokio::time::sleep(Duration::from_millis(ASK_AGAIN_MS)).await;
    }
    Ok((String::new(), "not routed yet".to_owned()))
}

fn sample(line: Line) -> anyhow::Result<Sample> {
    let mut place = Map::new();
    for (key, value) in [("division", &line.division), ("address", &line.address)] {
        if !value.is_empty() {
            place.insert(key.to_owned(), json!(value));
        }
    }
    if let (Some(longitude), Some(latitude)) = (line.longitude, line.latitude) {
        place.insert("longitude".to_owned(), json!(longitude));
        place.insert("latitude".to_owned(), json!(latitude));
    }
    let facts: Map<String, Value> = line
        .facts
        .split(';')
        .filter_map(|fact| fact.split_once('='))
        .map(|(key, value)| (key.to_owned(), json!(value)))
        .collect();
    let mut body = json!({
        "channel": channel(&line.channel)?.as_str(),
        "kind": kind(&line.kind)?.as_str(),
        "urgency": urgency(&line.urgency)?.as_str(),
        "title": line.title,
        "text": line.text,
        "place": place,
        "facts": facts,
        "confidential": line.confidential == "是",
    });
    if !line.matter.is_empty() {
        body["matter"] = json!(line.matter);
    }
    if !line.phone.is_empty() {
        body["caller"] = json!({ "name": line.name, "phone": line.phone });
    }
    Ok(Sample {
        number: line.number,
        title: line.title,
        expected: line.expected,
        body,
    })
}

fn channel(text: &str) -> anyhow::Result<Channel> {
    Ok(match text {
        "电话" => Channel::Phone,
        "短信" => Channel::Sms,
        "微信" => Channel::Wechat,
        "APP" => Channel::App,
        "网站" => Channel::Web,
        "市长信箱" => Channel::Mailbox,
        "领导留言板" => Channel::MessageBoard,
        "省转件" => Channel::Province,
        "110转入" | "12348转入" => Channel::Hotline,
        "走访" => Channel::Visit,
        other => anyhow::bail!("渠道: {other} is none of the channels"),
    })
}

fn kind(text: &str) -> anyhow::Result<Kind> {
    Ok(match text {
        "咨询" => Kind::Consultation,
        "求助" => Kind::Help,
        "投诉" => Kind::Grievance,
        "建议" => Kind::Suggestion,
        "批评" => Kind::Criticism,
        "举报" => Kind::Report,
        "表扬" => Kind::Praise,
        "其他" => Kind::Other,
        other => anyhow::bail!("诉求类型: {other} is none of the kinds"),
    })
}

fn urgency(text: &str) -> anyhow::Result<Urgency> {
    Ok(match text {
        "一般" => Urgency::Ordinary,
        "紧急" => Urgency::Urgent,
        "特急" => Urgency::Emergency,
        other => anyhow::bail!("紧急程度: {other} is none of the degrees"),
    })
}
