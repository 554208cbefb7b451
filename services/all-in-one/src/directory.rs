//! `hotline directory`: import, lint, preview and publish on a running platform, through the same interface that an
//! editor's tool uses. Who imports and who publishes are two people here too: by default the development issuer's
//! `directory_editor` and its `admin`.
use crate::issuer;
use crate::layout::Layout;
use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Subcommand;
use reqwest::{Client, Method};
use routing::pack;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use web::auth::Role;
use web::dev_issuer::DevIssuer;

const DIRECTORY: &str = "http://127.0.0.1:8102/v1/directory";
/// A large pack takes its time.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What is done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a data pack (CSV in UTF-8 or GBK, XLSX) and makes a draft of it; the pack in force changes nothing.
    Import {
        /// The folder of the pack.
        folder: PathBuf,
        /// What it is for.
        #[arg(long, default_value = "")]
        note: String,
        /// Who imports.
        #[arg(long = "as", default_value = "directory_editor")]
        role: Role,
    },
    /// Lists what is doubtful in a draft.
    Lint {
        /// The draft.
        draft: String,
        /// The day as of which dates are looked at, YYYY-MM-DD; today by default.
        #[arg(long)]
        on: Option<String>,
    },
    /// Shows which orders of the last days would go elsewhere, with both reasons.
    Preview {
        /// The draft.
        draft: String,
        /// How many days.
        #[arg(long, default_value_t = 14)]
        days: u32,
    },
    /// Makes a draft the version that decides.
    Publish {
        /// The draft.
        draft: String,
        /// What changed.
        #[arg(long, default_value = "")]
        note: String,
        /// Why it may be published although lint finds new errors.
        #[arg(long)]
        override_reason: Option<String>,
        /// Who publishes.
        #[arg(long = "as", default_value = "admin")]
        role: Role,
    },
    /// Lists drafts, newest first.
    Drafts,
    /// Lists versions, newest first.
    Versions,
}

/// Does it on the platform of a run folder; answers what to print: JSON as routing said it.
///
/// # Errors
/// When no platform runs here, the folder cannot be read, or routing refuses.
pub async fn execute(layout: &Layout, command: Command) -> anyhow::Result<String> {
    layout.running()?;
    Tool::new(DIRECTORY, issuer::open(layout)?)?
        .execute(command)
        .await
}

/// The tool of an editor: where routing is, and who issues tokens.
pub struct Tool {
    url: String,
    issuer: DevIssuer,
    client: Client,
}

impl Tool {
    /// `url` is that of `/v1/directory`.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(url: &str, issuer: DevIssuer) -> anyhow::Result<Self> {
        Ok(Self {
            url: url.to_owned(),
            issuer,
            client: Client::builder().timeout(TIMEOUT).no_proxy().build()?,
        })
    }

    /// Does it; answers what to print.
    ///
    /// # Errors
    /// When the folder cannot be read, or routing refuses.
    pub async fn execute(&self, command: Command) -> anyhow::Result<String> {
        let editor = Role::DirectoryEditor;
        let answer = match command {
            Command::Import { folder, note, role } => {
                let pack = files(&folder)?;
                let largest = largest(&pack);
                let body = json!({ "pack": pack, "note": note });
                let asked = self.ask(role, Method::POST, "/drafts", Some(body)).await;
                asked.map_err(|error| too_large(error, &largest))?
            }
            Command::Lint { draft, on } => {
                let day = on.map(|day| format!("?on={day}")).unwrap_or_default();
                let path = format!("/drafts/{draft}/lint{day}");
                self.ask(editor, Method::GET, &path, None).await?
            }
            Command::Preview { draft, days } => self.preview(&draft, days).await?,
            Command::Publish {
                draft,
                note,
                override_reason,
                role,
            } => {
                let body = json!({ "note": note, "override_reason": override_reason });
                let path = format!("/drafts/{draft}/publish");
                self.ask(role, Method::POST, &path, Some(body)).await?
            }
            Command::Drafts => self.ask(editor, Method::GET, "/drafts", None).await?,
            Command::Versions => self.ask(editor, Method::GET, "/versions", None).await?,
        };
        say(&answer)
    }

    /// All pages of a preview in one answer.
    async fn preview(&self, draft: &str, days: u32) -> anyhow::Result<Value> {
        let path = format!("/drafts/{draft}/preview");
        let (mut orders, mut changes, mut after) = (0, Vec::new(), Value::Null);
        loop {
            let body = json!({ "days": days, "after": after });
            let mut page = self
                .ask(Role::DirectoryEditor, Method::POST, &path, Some(body))
                .await?;
            orders += page["orders"].as_u64().unwrap_or_default();
            if let Value::Array(more) = page["changes"].take() {
                changes.extend(more);
            }
            after = page["next"].take();
            if after.is_null() {
                let version = page["directory_version"].take();
                return Ok(
                    json!({ "directory_version": version, "orders": orders, "changed": changes.len(), "changes": changes }),
                );
            }
        }
    }

    async fn ask(
        &self,
        role: Role,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(issuer::token(&self.issuer, role, None));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let accepted = answer.status().is_success();
        let body: Value = answer.json().await?;
        anyhow::ensure!(accepted, "{}", say(&body)?);
        Ok(body)
    }
}

fn say(body: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(body)?)
}

/// Every file of the pack by its name: as text where it is UTF-8, else as bytes. None is read that routing would not.
fn files(folder: &Path) -> anyhow::Result<Map<String, Value>> {
    let mut found = Map::new();
    for (name, path) in pack::list_folder(folder)? {
        let bytes = pack::read_bytes(&path)?.with_context(|| {
            let limit = pack::FILE_BYTES_MAX >> 20;
            format!("{name}: expected a file of at most {limit} MiB（应为不超过{limit} MiB的文件）")
        })?;
        let file = match String::from_utf8(bytes) {
            Ok(text) => Value::String(text),
            Err(error) => json!({ "base64": STANDARD.encode(error.as_bytes()) }),
        };
        found.insert(name, file);
    }
    Ok(found)
}

/// The largest file of a pack, with its bytes as they are sent.
fn largest(pack: &Map<String, Value>) -> String {
    let bytes = |file: &Value| {
        file.as_str()
            .or_else(|| file["base64"].as_str())
            .map_or(0, str::len)
    };
    let largest = pack.iter().max_by_key(|(_, file)| bytes(file));
    largest.map_or_else(String::new, |(name, file)| {
        format!("{name} ({} bytes)", bytes(file))
    })
}

/// Routing tells its limit for a whole pack, but not which file it is that makes it so large.
fn too_large(error: anyhow::Error, largest: &str) -> anyhow::Error {
    if error.to_string().contains("body_too_large") {
        error.context(format!(
            "the pack is too large to be sent; its largest file is {largest}"
        ))
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::embedded::ThrowAway;
    use std::fs::{self, File};

    #[test]
    fn a_file_that_routing_would_not_read_is_named_with_the_limit() {
        let folder = ThrowAway::new("large-file").unwrap();
        fs::write(folder.path().join("units.csv"), "单位编码\n").unwrap();
        let large = File::create(folder.path().join("duties.csv")).unwrap();
        large.set_len(pack::FILE_BYTES_MAX + 1).unwrap();
        let refused = files(folder.path()).unwrap_err().to_string();
        assert!(
            refused.starts_with("duties.csv: expected a file of at most 64 MiB"),
            "{refused}"
        );
        large.set_len(0).unwrap();
        let pack = files(folder.path()).unwrap();
        assert_eq!((pack.len(), largest(&pack).as_str()), (2, "units.csv (13 bytes)"));
    }
}
