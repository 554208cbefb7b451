//! A directory for the data of a test run that disappears with the process, however it ends.
//!
//! Test binaries keep their servers in statics, which Rust never drops; without this every run would leave a
//! PostgreSQL cluster of 40 MB behind.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Child,
};

use super::{EmbeddedError, process};

/// Waits for our end, gives the servers' own watchdogs a moment, then deletes until nothing is left.
const REMOVE_SCRIPT: &str = r#"read -r _
n=0
while [ "$n" -lt 100 ] && [ -e "$1" ]; do sleep 0.2; rm -rf -- "$1" 2>/dev/null; n=$((n + 1)); done"#;

/// Removed when dropped and when the process ends, shortly afterwards and by a helper process.
#[derive(Debug)]
pub struct ThrowAway {
    path: PathBuf,
    // Its standard input closes when this value is dropped or the process dies.
    _remover: Child,
}

impl ThrowAway {
    /// Creates a fresh directory below the system's directory for temporary files. It may be entered (not
    /// listed) by everybody, because PostgreSQL may have to run as another user.
    ///
    /// # Errors
    /// When the directory or its remover cannot be created.
    pub fn new(label: &str) -> Result<Self, EmbeddedError> {
        let path = std::env::temp_dir().join(format!("hotline-{label}-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&path).map_err(EmbeddedError::io("create directory", &path))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o711))
            .map_err(EmbeddedError::io("set permissions of", &path))?;
        let remover = process::watchdog(REMOVE_SCRIPT, &[&path.to_string_lossy()])?;
        Ok(Self {
            path,
            _remover: remover,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}
