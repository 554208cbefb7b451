//! Secrets of a laptop's platform: made once, kept below the run folder, readable by their owner only.
use crate::layout::Layout;
use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

const KEY_BYTES: usize = 32;

/// A 256-bit key in base64, the same at every start.
///
/// # Errors
/// When the file cannot be read or made.
pub fn key(layout: &Layout, name: &str) -> anyhow::Result<String> {
    keep(layout, name, || {
        STANDARD.encode(rand::random::<[u8; KEY_BYTES]>())
    })
}

/// A password that may stand in a URL and in a NATS configuration, the same at every start.
///
/// # Errors
/// When the file cannot be read or made.
pub fn password(layout: &Layout, name: &str) -> anyhow::Result<String> {
    keep(layout, name, || {
        URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
    })
}

fn keep(layout: &Layout, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<String> {
    let folder = layout.join("secrets");
    fs::create_dir_all(&folder)?;
    let file: PathBuf = folder.join(name);
    if let Ok(text) = fs::read_to_string(&file) {
        return Ok(text.trim().to_owned());
    }
    let secret = make();
    let mut out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .with_context(|| format!("keep the secret {name}"))?;
    writeln!(out, "{secret}")?;
    Ok(secret)
}
