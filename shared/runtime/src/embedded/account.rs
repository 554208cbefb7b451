//! As which user PostgreSQL runs, and where its files may lie so that this user reaches them.
//!
//! PostgreSQL refuses to run as root. As root we use `postgres` if that user exists, else `nobody`. Such a
//! user cannot enter `/root`, so what lies below such a folder is kept under `/var/tmp` instead.

use std::{
    os::unix::{ffi::OsStrExt, fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

use uuid::Uuid;

use super::EmbeddedError;

/// Users that PostgreSQL may run as when we are root, best first.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// Survives a reboot, can be entered by everybody.
const SHARED_DIR: &str = "/var/tmp";

/// The user that a child is to run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
}

impl Account {
    /// The account for PostgreSQL, or `None` when we are not root and simply stay who we are. An existing
    /// cluster keeps its owner.
    ///
    /// # Errors
    /// When we are root and the machine has none of the candidates.
    pub fn for_postgres(cluster: &Path) -> Result<Option<Self>, EmbeddedError> {
        if !nix::unistd::geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(metadata) = std::fs::metadata(cluster.join("PG_VERSION"))
            && metadata.uid() != 0
        {
            return Ok(Some(Self {
                uid: metadata.uid(),
                gid: metadata.gid(),
            }));
        }
        let passwd = Path::new("/etc/passwd");
        let users = std::fs::read_to_string(passwd).map_err(EmbeddedError::io("read", passwd))?;
        CANDIDATES
            .iter()
            .find_map(|name| lookup(&users, name))
            .map(Some)
            .ok_or_else(|| EmbeddedError::DataDir {
                path: cluster.into(),
                reason: format!("PostgreSQL must not run as root and none of {CANDIDATES:?} exists"),
            })
    }

    /// Lets `command` run as this account. The caller also sets a working directory that it can enter.
    pub(super) fn apply(account: Option<Self>, command: &mut Command) {
        if let Some(Self { uid, gid }) = account {
            // Dropping the user also drops root's supplementary groups; the standard library sees to that.
            command.uid(uid).gid(gid);
        }
    }

    /// Can this account enter `path`, that is, every folder on the way to it?
    #[must_use]
    pub fn reaches(self, path: &Path) -> bool {
        path.ancestors().all(|folder| match std::fs::metadata(folder) {
            Ok(metadata) => self.may_enter(&metadata),
            // What does not exist yet will be created by us, for this account.
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        })
    }

    fn may_enter(self, metadata: &std::fs::Metadata) -> bool {
        let bit = match (metadata.uid() == self.uid, metadata.gid() == self.gid) {
            (true, _) => 0o100,
            (false, true) => 0o010,
            (false, false) => 0o001,
        };
        metadata.mode() & bit != 0
    }
}

/// The place under `/var/tmp` that stands for `path`; always the same for the same path.
#[must_use]
pub fn stand_in(path: &Path) -> PathBuf {
    let name = Uuid::new_v5(&Uuid::NAMESPACE_URL, path.as_os_str().as_bytes());
    Path::new(SHARED_DIR).join(format!("hotline-{}", name.simple()))
}

fn lookup(passwd: &str, name: &str) -> Option<Account> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut ids = line.split(':').skip(2).map(str::parse);
    Some(Account {
        uid: ids.next()?.ok()?,
        gid: ids.next()?.ok()?,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn users_are_found_by_their_whole_name() {
        let passwd = "postgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:x:/var:/bin/bash\nbroken\n";
        assert_eq!(lookup(passwd, "postgres"), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(lookup(passwd, "nobody"), None);
        assert_eq!(lookup(passwd, "broken"), None);
    }

    #[test]
    fn a_closed_folder_on_the_way_is_noticed() {
        let stranger = Account {
            uid: u32::MAX - 7,
            gid: u32::MAX - 7,
        };
        let folder = super::super::ThrowAway::new("reach").unwrap();
        let inside = folder.path().join("closed/inside");
        std::fs::create_dir_all(&inside).unwrap();
        std::fs::set_permissions(&inside, std::fs::Permissions::from_mode(0o755)).unwrap();
        let closed = folder.path().join("closed");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(stranger.reaches(&inside));
        assert!(stranger.reaches(&inside.join("not/yet/there")));
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!stranger.reaches(&inside));
    }

    #[test]
    fn a_stand_in_is_stable_and_differs_per_path() {
        assert_eq!(stand_in(Path::new("/root/a")), stand_in(Path::new("/root/a")));
        assert_ne!(stand_in(Path::new("/root/a")), stand_in(Path::new("/root/b")));
    }
}
