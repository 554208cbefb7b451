//! A city's data pack: its directory goes to routing, the ways of its units to unit-gateway.
use crate::issuer;
use anyhow::Context;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::path::{Path, PathBuf};
use std::time::Duration;
use web::auth::Role;
use web::dev_issuer::DevIssuer;

/// How often and how soon a unit is registered again that the gateway does not know yet.
const ASKS_MAX: u32 = 100;
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// What was loaded, and what to show a newcomer of it.
#[derive(Debug)]
pub struct Imported {
    /// Version of the directory.
    pub version: i64,
    /// Where it came from.
    pub folder: PathBuf,
    /// A unit of the pack.
    pub example_unit: String,
    /// How many sample complaints it has.
    pub complaints: usize,
    /// The first of them as a request body.
    pub first_complaint: Value,
}

/// One line of `unit_access.csv`.
#[derive(Debug, Deserialize)]
struct Access {
    #[serde(rename = "单位编码")]
    unit: String,
    #[serde(rename = "接入方式")]
    way: String,
    #[serde(rename = "地址")]
    endpoint: String,
}

/// One line of `peers.csv`: another hotline.
#[derive(Debug, Deserialize)]
struct Hotline {
    #[serde(rename = "热线代码")]
    code: String,
    #[serde(rename = "热线名称")]
    name: String,
    #[serde(rename = "地址")]
    url: String,
}

/// One line of `peer_matters.csv`: cases of this matter are that hotline's.
#[derive(Debug, Deserialize)]
struct HotlineMatter {
    #[serde(rename = "热线代码")]
    code: String,
    #[serde(rename = "事项编码")]
    matter: String,
}

/// Publishes the pack as the next version. The pack that was loaded last changes nothing, and what people have published
/// since stays. This is the installation of a platform, done by whoever holds its database: the rule of two people begins
/// behind it.
///
/// # Errors
/// Every fault of the pack with file, line and column.
pub async fn import(routing_database: &str, folder: &Path) -> anyhow::Result<Imported> {
    let pool = PgPool::connect(routing_database).await?;
    let version = routing::load_pack(&pool, folder, "hotline run")
        .await
        .with_context(|| format!("pack {}", folder.display()))?;
    pool.close().await;
    let complaints = crate::demo::complaints(folder)?;
    Ok(Imported {
        version,
        folder: folder.to_owned(),
        example_unit: access(folder)?
            .first()
            .map_or_else(String::new, |access| access.unit.clone()),
        first_complaint: complaints
            .first()
            .map_or_else(any_complaint, |complaint| complaint.body.clone()),
        complaints: complaints.len(),
    })
}

/// Something to try in a city that brings no sample complaints: whatever its places are called, a dispatcher gets it.
fn any_complaint() -> Value {
    json!({
        "channel": "phone", "kind": "help", "urgency": "ordinary",
        "title": "路灯不亮", "text": "门口的路灯坏了三天，晚上看不见路",
        "place": { "address": "（请填写地址）" },
        "caller": { "name": "李示例", "phone": "19900000001" }
    })
}

/// Registers the ways that differ from the default (pull), where they are not registered yet.
///
/// # Errors
/// When unit-gateway refuses one.
pub async fn register_units(issuer: &DevIssuer, folder: &Path) -> anyhow::Result<()> {
    let client = client()?;
    let token = issuer::token(issuer, Role::Admin, None);
    for access in access(folder)?
        .iter()
        .filter(|access| access.way == "nats" || access.way == "webhook")
    {
        let url = format!("http://127.0.0.1:8103/v1/units/{}/access", access.unit);
        let known = client.get(&url).bearer_auth(&token).send().await?;
        if known.status().is_success() && known.json::<Value>().await?["way"] == access.way.as_str() {
            continue;
        }
        let endpoint = (!access.endpoint.is_empty()).then_some(&access.endpoint);
        let body = json!({ "way": access.way, "endpoint": endpoint });
        let mut asks_left = ASKS_MAX;
        loop {
            let answer = client.put(&url).bearer_auth(&token).json(&body).send().await?;
            let (accepted, text) = (answer.status().is_success(), answer.text().await?);
            if accepted {
                break;
            }
            // Another city ran here before: its units are known until the new directory has arrived.
            asks_left -= 1;
            anyhow::ensure!(
                text.contains("unit_unknown") && asks_left > 0,
                "{}: {text}",
                access.unit
            );
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }
    Ok(())
}

/// Registers the other hotlines that the pack brings, with the lists of matters that go to them; a hotline that is known stays as
/// people have made it.
///
/// # Errors
/// When a file cannot be read, or intake refuses a hotline.
pub async fn register_hotlines(issuer: &DevIssuer, folder: &Path) -> anyhow::Result<()> {
    let client = client()?;
    let token = issuer::token(issuer, Role::Admin, None);
    let url = "http://127.0.0.1:8101/v1/peers";
    let known: Value = client.get(url).bearer_auth(&token).send().await?.json().await?;
    let known: Vec<&str> = known["items"]
        .as_array()
        .map(|items| items.iter().filter_map(|peer| peer["code"].as_str()).collect())
        .unwrap_or_default();
    for (code, body) in hotlines(folder)? {
        if known.contains(&code.as_str()) {
            continue;
        }
        let answer = client
            .put(format!("{url}/{code}"))
            .bearer_auth(&token)
            .json(&body)
            .send()
            .await?;
        let accepted = answer.status().is_success();
        anyhow::ensure!(accepted, "peers.csv: {code}: {}", answer.text().await?);
    }
    Ok(())
}

/// `peers.csv` and `peer_matters.csv`, as intake takes them; a pack without them knows no other hotline.
fn hotlines(folder: &Path) -> anyhow::Result<Vec<(String, Value)>> {
    let matters: Vec<HotlineMatter> = lines(folder, "peer_matters.csv")?;
    let hotlines: Vec<Hotline> = lines(folder, "peers.csv")?;
    if let Some(stray) = matters
        .iter()
        .find(|line| hotlines.iter().all(|hotline| hotline.code != line.code))
    {
        anyhow::bail!("peer_matters.csv: {} is not in peers.csv", stray.code);
    }
    let body = |hotline: Hotline| {
        let theirs: Vec<&str> = matters
            .iter()
            .filter(|line| line.code == hotline.code)
            .map(|line| line.matter.as_str())
            .collect();
        let url = (!hotline.url.is_empty()).then_some(&hotline.url);
        let body = json!({ "name": hotline.name, "url": url, "matters": theirs });
        (hotline.code, body)
    };
    Ok(hotlines.into_iter().map(body).collect())
}

fn lines<T: serde::de::DeserializeOwned>(folder: &Path, name: &'static str) -> anyhow::Result<Vec<T>> {
    let file = folder.join(name);
    if !file.exists() {
        return Ok(Vec::new());
    }
    csv::Reader::from_path(&file)?
        .into_deserialize()
        .collect::<Result<_, _>>()
        .context(name)
}

/// Puts the policies of supervision that the pack brings, `ladder.toml`, `scores.toml` and `emerging.toml`; what holds already stays.
///
/// # Errors
/// When supervision refuses one, with the field.
pub async fn put_policies(issuer: &DevIssuer, folder: &Path) -> anyhow::Result<()> {
    let client = client()?;
    let token = issuer::token(issuer, Role::Admin, None);
    for name in ["ladder", "scores", "emerging"] {
        let file = folder.join(format!("{name}.toml"));
        if !file.exists() {
            continue;
        }
        let document = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let url = format!("http://127.0.0.1:8105/v1/policies/{name}");
        let body = json!({ "document": document, "note": "city pack" });
        let answer = client.put(&url).bearer_auth(&token).json(&body).send().await?;
        let accepted = answer.status().is_success();
        anyhow::ensure!(accepted, "{}: {}", file.display(), answer.text().await?);
    }
    Ok(())
}

/// Publishes the pack's `callback.toml`, if it has one; the document that holds already makes no new version.
///
/// # Errors
/// When callback refuses it: the message names the field.
pub async fn publish_callback_policy(issuer: &DevIssuer, folder: &Path) -> anyhow::Result<()> {
    let file = folder.join("callback.toml");
    if !file.exists() {
        return Ok(());
    }
    let document = std::fs::read_to_string(&file)?;
    let answer = client()?
        .put("http://127.0.0.1:8104/v1/policy")
        .bearer_auth(issuer::token(issuer, Role::Admin, None))
        .json(&json!({ "document": document }))
        .send()
        .await?;
    let (accepted, text) = (answer.status().is_success(), answer.text().await?);
    anyhow::ensure!(accepted, "{}: {text}", file.display());
    Ok(())
}

/// `unit_access.csv`; a pack without it has only units that pull.
fn access(folder: &Path) -> anyhow::Result<Vec<Access>> {
    lines(folder, "unit_access.csv")
}

/// A client with limits.
pub(crate) fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .no_proxy()
        .build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_city_knows_other_hotlines_and_what_is_theirs() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample");
        let found = hotlines(&sample).unwrap();
        let (code, police) = &found[0];
        assert_eq!(
            (code.as_str(), &police["matters"]),
            ("110", &json!(["M040102", "M040103"]))
        );
        assert!(
            police["url"].is_null(),
            "by voice and by hand until an administrator enters its address"
        );
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn a_pack_without_the_files_knows_none() {
        assert!(hotlines(Path::new("/nonexistent")).unwrap().is_empty());
    }
}
