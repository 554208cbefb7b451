//! Prepares PostgreSQL's data directory: makes it once, checks it afterwards, clears what a crash left.
//!
//! `initdb` works in a folder beside the final one, which is then renamed: a run that is killed half-way
//! leaves nothing that looks like a cluster.

use std::{
    ffi::OsString,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use super::{Binaries, EmbeddedError, account, account::Account, process};

/// A data directory that is ready to be started from, and who starts it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Where the files really are.
    pub(super) data_dir: PathBuf,
    /// The user to run as, when it is not ours.
    pub(super) account: Option<Account>,
}

impl Cluster {
    /// Makes the cluster at `wanted` when there is none, and checks it when there is.
    pub(super) async fn prepare(
        binaries: &Binaries,
        wanted: &Path,
        durable: bool,
    ) -> Result<Self, EmbeddedError> {
        let wanted = absolute(wanted)?;
        let account = Account::for_postgres(&wanted)?;
        let data_dir = reachable(&wanted, account)?;
        check_programs(binaries, account)?;
        let cluster = Self { data_dir, account };
        if cluster.data_dir.join("PG_VERSION").exists() {
            cluster.check_version(binaries)?;
        } else {
            cluster.create(binaries, durable).await?;
        }
        Ok(cluster)
    }

    /// A command that runs `program` of PostgreSQL as the right user, in a folder which that user can enter.
    pub(super) fn command(&self, binaries: &Binaries, program: &str) -> Command {
        let mut command = Command::new(binaries.postgres_program(program));
        Account::apply(self.account, &mut command);
        command.current_dir("/");
        command
    }

    /// Ends a postmaster that an earlier run left in this data directory.
    pub(super) async fn stop_leftover(&self) -> Result<(), EmbeddedError> {
        let Ok(text) = std::fs::read_to_string(self.data_dir.join("postmaster.pid")) else {
            return Ok(());
        };
        let Some(pid) = text.lines().next().and_then(|line| line.trim().parse().ok()) else {
            return Ok(());
        };
        process::stop_leftover("PostgreSQL", pid, &self.data_dir).await
    }

    async fn create(&self, binaries: &Binaries, durable: bool) -> Result<(), EmbeddedError> {
        refuse_foreign_files(&self.data_dir)?;
        let mut draft = OsString::from(&self.data_dir);
        draft.push(".new");
        let draft = PathBuf::from(draft);
        if draft.exists() {
            std::fs::remove_dir_all(&draft).map_err(EmbeddedError::io("remove", &draft))?;
        }
        let mut complaint = String::new();
        for locale in ["C.UTF-8", "C"] {
            self.create_draft(&draft)?;
            match self.initdb(binaries, &draft, locale, durable).await? {
                Ok(()) => return self.keep(&draft),
                Err(output) => complaint = output,
            }
            std::fs::remove_dir_all(&draft).map_err(EmbeddedError::io("remove", &draft))?;
        }
        Err(EmbeddedError::Initdb { output: complaint })
    }

    fn create_draft(&self, draft: &Path) -> Result<(), EmbeddedError> {
        std::fs::create_dir_all(draft).map_err(EmbeddedError::io("create directory", draft))?;
        if let Some(Account { uid, gid }) = self.account {
            chown(draft, Some(uid), Some(gid)).map_err(EmbeddedError::io("change owner of", draft))?;
        }
        Ok(())
    }

    /// The inner result holds what initdb printed when it refused.
    async fn initdb(
        &self,
        binaries: &Binaries,
        draft: &Path,
        locale: &str,
        durable: bool,
    ) -> Result<Result<(), String>, EmbeddedError> {
        let mut command = self.command(binaries, "initdb");
        command
            .arg("--pgdata")
            .arg(draft)
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        command.arg(format!("--locale={locale}"));
        if !durable {
            command.arg("--no-sync");
        }
        let program = PathBuf::from(command.get_program());
        let output = tokio::process::Command::from(command)
            .output()
            .await
            .map_err(EmbeddedError::io("run", program))?;
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed).into_owned();
        Ok(if output.status.success() {
            Ok(())
        } else {
            Err(printed)
        })
    }

    fn keep(&self, draft: &Path) -> Result<(), EmbeddedError> {
        // A rename replaces an empty folder, which is what a caller may have made.
        std::fs::rename(draft, &self.data_dir).map_err(EmbeddedError::io("rename to", &self.data_dir))
    }

    fn check_version(&self, binaries: &Binaries) -> Result<(), EmbeddedError> {
        let file = self.data_dir.join("PG_VERSION");
        let made_by = std::fs::read_to_string(&file).map_err(EmbeddedError::io("read", &file))?;
        let output = Command::new(binaries.postgres_program("postgres"))
            .arg("--version")
            .output();
        let output = output.map_err(EmbeddedError::io("run", binaries.postgres_program("postgres")))?;
        let ours = String::from_utf8_lossy(&output.stdout).into_owned();
        let made_by = made_by.trim();
        let major = ours
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        if major.is_some_and(|version| version.split('.').next() == Some(made_by)) {
            return Ok(());
        }
        Err(self.refuse(format!(
            "it was made by PostgreSQL {made_by}, but {} is {}; set HOTLINE_PG_BIN to the old one, or forget the data with `make clean-run`",
            binaries.postgres_bin.display(),
            ours.trim(),
        )))
    }

    fn refuse(&self, reason: String) -> EmbeddedError {
        EmbeddedError::DataDir {
            path: self.data_dir.clone(),
            reason,
        }
    }
}

/// `wanted` itself, or its stand-in under `/var/tmp` when the account cannot enter a folder above it.
fn reachable(wanted: &Path, account: Option<Account>) -> Result<PathBuf, EmbeddedError> {
    let parent = wanted.parent().unwrap_or(wanted);
    std::fs::create_dir_all(parent).map_err(EmbeddedError::io("create directory", parent))?;
    match account {
        Some(account) if !account.reaches(parent) => {}
        _ => return Ok(wanted.into()),
    }
    let stand_in = account::stand_in(wanted);
    match std::fs::create_dir(&stand_in) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        other => other.map_err(EmbeddedError::io("create directory", &stand_in))?,
    }
    let metadata = stand_in
        .symlink_metadata()
        .map_err(EmbeddedError::io("inspect", &stand_in))?;
    if !metadata.is_dir() || metadata.uid() != nix::unistd::geteuid().as_raw() {
        // Anybody may create folders there: somebody else's is a trap.
        return Err(EmbeddedError::DataDir {
            path: stand_in,
            reason: "it belongs to another user".into(),
        });
    }
    std::fs::set_permissions(&stand_in, std::fs::Permissions::from_mode(0o711))
        .map_err(EmbeddedError::io("set permissions of", &stand_in))?;
    let data_dir = stand_in.join("postgres");
    if !wanted.exists() && wanted.symlink_metadata().is_err() {
        // So that people, and `make clean-run`, find the data from where they expect it.
        symlink(&data_dir, wanted).map_err(EmbeddedError::io("link", wanted))?;
    }
    tracing::warn!(
        wanted = %wanted.display(), used = %data_dir.display(),
        "PostgreSQL does not run as root and its user cannot enter the wanted folder: its data are elsewhere"
    );
    Ok(data_dir)
}

fn check_programs(binaries: &Binaries, account: Option<Account>) -> Result<(), EmbeddedError> {
    let bin = absolute(&binaries.postgres_bin)?.canonicalize();
    let bin = bin.map_err(EmbeddedError::io("open", &binaries.postgres_bin))?;
    match account {
        Some(account) if !account.reaches(&bin) => Err(EmbeddedError::DataDir {
            path: bin,
            reason: format!(
                "user {} cannot enter this folder to run PostgreSQL; run `make tools`",
                account.uid
            ),
        }),
        _ => Ok(()),
    }
}

fn refuse_foreign_files(data_dir: &Path) -> Result<(), EmbeddedError> {
    let has_files = std::fs::read_dir(data_dir).is_ok_and(|mut entries| entries.next().is_some());
    if !has_files {
        return Ok(());
    }
    let reason = "it holds files but no PostgreSQL cluster; choose an empty directory".into();
    Err(EmbeddedError::DataDir {
        path: data_dir.into(),
        reason,
    })
}

fn absolute(path: &Path) -> Result<PathBuf, EmbeddedError> {
    std::path::absolute(path).map_err(EmbeddedError::io("resolve", path))
}
