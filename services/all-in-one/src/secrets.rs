//! Secrets of a laptop's platform: made once, kept below the run folder, readable by their owner only.
use crate::layout::Layout;
use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

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
    let file = folder.join(name);
    if let Some(kept) = read(&file)? {
        return Ok(kept);
    }
    // Written whole and synced under another name, then linked: a crash leaves the secret or nothing, and of two
    // processes one wins.
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    let written = write(&draft, &make()).and_then(|()| match fs::hard_link(&draft, &file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    written
        .and(removed)
        .with_context(|| format!("keep the secret {name}"))?;
    read(&file)?.with_context(|| format!("the secret {name} is gone"))
}

/// The secret in a file; an empty file is what a crash left of one, and is removed.
fn read(file: &Path) -> anyhow::Result<Option<String>> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("read {}", file.display()))?,
    };
    if text.trim().is_empty() {
        fs::remove_file(file).with_context(|| format!("remove the empty {}", file.display()))?;
        return Ok(None);
    }
    Ok(Some(text.trim().to_owned()))
}

fn write(draft: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut out = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(draft)?;
    writeln!(out, "{secret}")?;
    out.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::embedded::ThrowAway;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_is_kept_and_what_a_crash_left_of_one_is_made_anew() {
        let folder = ThrowAway::new("secrets").unwrap();
        let layout = Layout::new(folder.path()).unwrap();
        let first = password(&layout, "nats-app").unwrap();
        assert_eq!(password(&layout, "nats-app").unwrap(), first);
        let file = layout.join("secrets/nats-app");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

        fs::write(&file, "").unwrap();
        let second = password(&layout, "nats-app").unwrap();
        assert!(second.len() == first.len() && second != first);
        assert_eq!(password(&layout, "nats-app").unwrap(), second);
        let left: Vec<_> = fs::read_dir(layout.join("secrets")).unwrap().collect();
        assert_eq!(left.len(), 1, "no drafts stay: {left:?}");
    }
}
