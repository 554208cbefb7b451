//! Finds a nats-server and a PostgreSQL on this machine. `infra/scripts/fetch-tools.sh` looks in the same
//! places in the same order and installs what is missing; change both together.
//!
//! Whatever is too old is passed over: Debian 12 has nats-server 2.9, which cannot sync before it answers.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{EmbeddedError, account::Account};

/// Since 2.15 a stream that syncs always is affordable; 2.15.1 is what we test with.
const NATS_OLDEST: [u32; 3] = [2, 15, 1];

/// Our SQL is written for 15.
const POSTGRES_OLDEST: [u32; 3] = [15, 0, 0];

/// What a folder must hold to be PostgreSQL's.
const POSTGRES_PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_ctl"];

/// Where packages put PostgreSQL: parent folders of one folder per version.
const POSTGRES_PARENTS: [&str; 2] = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];

/// How deep below `tools/` programs may lie.
const TOOLS_DEPTH_MAX: usize = 6;

/// The programs that the embedded servers are started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The nats-server program.
    pub nats_server: PathBuf,
    /// The folder with `initdb`, `postgres` and `pg_ctl`.
    pub postgres_bin: PathBuf,
}

impl Binaries {
    /// Looks in `HOTLINE_NATS_SERVER` and `HOTLINE_PG_BIN`, below `run_dir/tools`, on the PATH, and in the
    /// usual places, and takes the first that is new enough and that its user can enter.
    ///
    /// # Errors
    /// [`EmbeddedError::Missing`] says where was looked and why nothing did.
    pub fn find(run_dir: &Path) -> Result<Self, EmbeddedError> {
        let tools = folders_below(&run_dir.join("tools"));
        Ok(Self {
            nats_server: find_nats(&tools)?,
            postgres_bin: find_postgres(&tools, Account::for_postgres(&run_dir.join("postgres"))?)?,
        })
    }

    /// A program of PostgreSQL.
    pub(super) fn postgres_program(&self, name: &str) -> PathBuf {
        self.postgres_bin.join(name)
    }
}

fn find_nats(tools: &[PathBuf]) -> Result<PathBuf, EmbeddedError> {
    let usual = ["/usr/local/bin", "/usr/sbin", "/usr/bin", "/opt/nats"].map(PathBuf::from);
    let folders = tools.iter().cloned().chain(search_path()).chain(usual);
    let candidates = from_env("HOTLINE_NATS_SERVER").into_iter().chain(
        folders
            .map(|folder| folder.join("nats-server"))
            .filter(|program| program.is_file()),
    );
    first_good("nats-server 2.15.1 or newer", candidates, |program| {
        at_least(version_of(program, "--version")?, NATS_OLDEST)
    })
}

fn find_postgres(tools: &[PathBuf], account: Option<Account>) -> Result<PathBuf, EmbeddedError> {
    // A link such as /usr/local/bin/initdb leads to the folder that holds the rest.
    let linked = search_path().into_iter().filter_map(|folder| {
        let program = folder.join("initdb").canonicalize().ok()?;
        program.parent().map(Path::to_path_buf)
    });
    let mut tools: Vec<PathBuf> = tools
        .iter()
        .filter(|folder| folder.join("initdb").is_file())
        .cloned()
        .collect();
    newest_first(&mut tools);
    let usual = POSTGRES_PARENTS.iter().flat_map(|parent| {
        let mut bins: Vec<PathBuf> = children(Path::new(parent))
            .into_iter()
            .map(|version| version.join("bin"))
            .collect();
        bins.retain(|bin| bin.join("initdb").is_file());
        newest_first(&mut bins);
        bins
    });
    let candidates = from_env("HOTLINE_PG_BIN")
        .into_iter()
        .chain(tools)
        .chain(linked)
        .chain(usual)
        // Through a link in a folder that PostgreSQL's user cannot enter, it would not get there.
        .map(|bin| bin.canonicalize().unwrap_or(bin));
    first_good("PostgreSQL 15 or newer", candidates, |bin| {
        is_good_postgres(bin, account)
    })
}

/// Whole, new enough, and within reach of the user that will run it: as root that is another user.
fn is_good_postgres(bin: &Path, account: Option<Account>) -> Result<(), String> {
    if let Some(absent) = POSTGRES_PROGRAMS.iter().find(|name| !bin.join(name).is_file()) {
        return Err(format!("no {absent} in it"));
    }
    if let Some(account) = account.filter(|account| !account.reaches(bin)) {
        return Err(format!("user {}, who will run it, cannot enter it", account.uid));
    }
    at_least(version_of(&bin.join("postgres"), "--version")?, POSTGRES_OLDEST)
}

/// The first candidate that passes `check`; otherwise all candidates with what was wrong.
fn first_good(
    what: &'static str,
    candidates: impl Iterator<Item = PathBuf>,
    check: impl Fn(&Path) -> Result<(), String>,
) -> Result<PathBuf, EmbeddedError> {
    let mut looked = Vec::new();
    for candidate in candidates {
        match check(&candidate) {
            Ok(()) => return Ok(candidate),
            Err(reason) => looked.push(format!("  passed over {}: {reason}", candidate.display())),
        }
    }
    if looked.is_empty() {
        looked.push(
            "  nothing of that name below the run directory, on the PATH or in the usual places".into(),
        );
    }
    Err(EmbeddedError::Missing {
        what,
        looked: looked.join("\n"),
    })
}

fn newest_first(bins: &mut [PathBuf]) {
    bins.sort_by_cached_key(|bin| {
        std::cmp::Reverse(version_of(&bin.join("postgres"), "--version").unwrap_or_default())
    });
}

/// Runs `program argument` and reads the first version number in what it prints.
fn version_of(program: &Path, argument: &str) -> Result<[u32; 3], String> {
    let output = Command::new(program)
        .arg(argument)
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse_version(&text).ok_or_else(|| "it does not tell its version".into())
}

/// `nats-server: v2.15.1` → [2, 15, 1]; `postgres (PostgreSQL) 18beta1 (Debian)` → [18, 0, 0].
fn parse_version(text: &str) -> Option<[u32; 3]> {
    let word = text
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let mut version = [0; 3];
    for (slot, part) in version.iter_mut().zip(word.split('.')) {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        *slot = part[..digits].parse().unwrap_or(0);
    }
    Some(version)
}

fn at_least(version: [u32; 3], oldest: [u32; 3]) -> Result<(), String> {
    let [major, minor, patch] = version;
    if version >= oldest {
        Ok(())
    } else {
        Err(format!("version {major}.{minor}.{patch} is too old"))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "these variables choose programs, not settings of a service"
)]
fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

#[expect(
    clippy::disallowed_methods,
    reason = "looking for a program means reading the PATH"
)]
fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// `root` and the folders below it, following links (the fetch script may have put the files elsewhere).
fn folders_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut level = vec![root.to_path_buf()];
    for _ in 0..=TOOLS_DEPTH_MAX {
        let next = level.iter().flat_map(|folder| children(folder)).collect();
        found.append(&mut level);
        level = next;
    }
    found
}

/// The folders in `folder`, by name; none when it cannot be read.
fn children(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn versions_are_read_from_what_programs_print() {
        assert_eq!(parse_version("nats-server: v2.15.1\n"), Some([2, 15, 1]));
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)"),
            Some([15, 13, 0])
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1"), Some([18, 0, 0]));
        assert_eq!(parse_version("no number here"), None);
    }

    #[test]
    fn too_old_is_refused_with_its_version() {
        assert_eq!(at_least([2, 15, 1], NATS_OLDEST), Ok(()));
        assert_eq!(at_least([3, 0, 0], NATS_OLDEST), Ok(()));
        assert_eq!(
            at_least([2, 9, 10], NATS_OLDEST),
            Err("version 2.9.10 is too old".into())
        );
    }

    #[test]
    fn a_postgres_that_its_user_cannot_enter_is_passed_over() {
        let folder = super::super::ThrowAway::new("reach").unwrap();
        let bin = folder.path().join("closed/bin");
        std::fs::create_dir_all(&bin).unwrap();
        for name in POSTGRES_PROGRAMS {
            let program = bin.join(name);
            std::fs::write(&program, "#!/bin/sh\necho postgres 18.1\n").unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let stranger = Account {
            uid: u32::MAX - 7,
            gid: u32::MAX - 7,
        };
        let closed = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path().join("closed"), permissions).unwrap();
        };
        closed(0o755);
        std::fs::set_permissions(&bin, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(is_good_postgres(&bin, Some(stranger)), Ok(()));
        closed(0o700);
        let refused = is_good_postgres(&bin, Some(stranger)).unwrap_err();
        assert!(refused.contains("cannot enter"), "{refused}");
        assert_eq!(is_good_postgres(&bin, None), Ok(()));
    }

    #[test]
    fn an_old_program_is_passed_over_and_the_error_says_so() {
        let folder = super::super::ThrowAway::new("find").unwrap();
        let program = |name: &str, version: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\necho nats-server: v{version}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let (old, new) = (program("old", "2.9.10"), program("new", "2.15.1"));
        let check = |path: &Path| at_least(version_of(path, "--version")?, NATS_OLDEST);
        let found = first_good("x", [old.clone(), new.clone()].into_iter(), check).unwrap();
        assert_eq!(found, new);
        let error = first_good("nats-server", [old].into_iter(), check)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("make tools") && error.contains("2.9.10 is too old"),
            "{error}"
        );
    }
}
