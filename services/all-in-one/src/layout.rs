//! Where things lie below the run folder, and the file by which other commands find a running platform.
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

const ISSUER_KEY: &str = "secrets/issuer.pem";

/// The run folder of one platform.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

/// What a running platform tells other commands. No secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Platform {
    /// Process id of `hotline run`.
    pub pid: u32,
    /// Folder of the city's data pack.
    pub city: PathBuf,
    /// `postgres://…` without a database.
    pub postgres: String,
    /// `nats://…`.
    pub nats: String,
}

impl Layout {
    /// Makes the folder when needed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(root: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("create {}", root.display()))?;
        Ok(Self {
            root: root.canonicalize()?,
        })
    }

    /// The folder of a platform that has run; nothing is made.
    ///
    /// # Errors
    /// When no platform has: a token of a new key would be refused everywhere.
    pub fn existing(root: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(
            root.join(ISSUER_KEY).is_file(),
            "no platform has run in {} (start one with `make run`, or name its folder with --run-dir)",
            root.display()
        );
        Self::new(root)
    }

    /// Where the key of the development issuer is.
    #[must_use]
    pub fn issuer_key(&self) -> PathBuf {
        self.join(ISSUER_KEY)
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Something below it.
    #[must_use]
    pub fn join(&self, part: &str) -> PathBuf {
        self.root.join(part)
    }

    /// Tells other commands about this platform.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn announce(&self, platform: &Platform) -> anyhow::Result<()> {
        let draft = self.join("platform.json.new");
        fs::write(&draft, serde_json::to_vec_pretty(platform)?)?;
        fs::rename(draft, self.join("platform.json"))?;
        Ok(())
    }

    /// The platform that runs here.
    ///
    /// # Errors
    /// When none does.
    pub fn running(&self) -> anyhow::Result<Platform> {
        let file = self.join("platform.json");
        let text = fs::read_to_string(&file).with_context(|| {
            format!(
                "no platform runs in {} (start one with `make run`)",
                self.root.display()
            )
        })?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Forgets the announcement.
    pub fn withdraw(&self) {
        if let Err(error) = fs::remove_file(self.join("platform.json")) {
            tracing::debug!(%error, "nothing to withdraw");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::embedded::ThrowAway;

    #[test]
    fn a_folder_in_which_nothing_ran_is_refused_and_stays_as_it_is() {
        let folder = ThrowAway::new("layout").unwrap();
        let elsewhere = folder.path().join("elsewhere");
        let refused = Layout::existing(&elsewhere).unwrap_err().to_string();
        assert!(refused.contains("no platform has run in"), "{refused}");
        assert!(!elsewhere.exists());
        let layout = Layout::new(&elsewhere).unwrap();
        assert!(Layout::existing(&elsewhere).is_err(), "it is still empty");
        crate::issuer::open(&layout).unwrap();
        Layout::existing(&elsewhere).unwrap();
    }
}
