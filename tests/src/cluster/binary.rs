//! Finds the program `hotline` beside the running test, and lets cargo build it when it is absent or older than
//! the sources: a chaos test of yesterday's program proves nothing.
use super::options::workspace;
use anyhow::Context;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::SystemTime;

/// One build at a time; the tests of one binary run in parallel.
static BUILDING: Mutex<()> = Mutex::new(());

/// The program, fresh.
///
/// # Errors
/// When it cannot be built.
pub(super) fn hotline() -> anyhow::Result<PathBuf> {
    let _one = BUILDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let folder = profile_folder()?;
    let program = folder.join("hotline");
    if !is_fresh(&program) {
        build(&folder)?;
    }
    anyhow::ensure!(
        program.is_file(),
        "{} is absent; run `cargo build -p all-in-one`",
        program.display()
    );
    Ok(program)
}

/// `target/<profile>`: tests lie in its `deps/`, the load generator directly in it.
fn profile_folder() -> anyhow::Result<PathBuf> {
    let exe = std::env::current_exe().context("where am I")?;
    let folder = exe.parent().context("a program lies in a folder")?;
    let folder = if folder.ends_with("deps") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    };
    Ok(folder.to_owned())
}

fn is_fresh(program: &Path) -> bool {
    let Ok(built) = fs::metadata(program).and_then(|metadata| metadata.modified()) else {
        return false;
    };
    ["shared", "services"]
        .iter()
        .all(|part| newest(&workspace().join(part)) <= built)
}

/// When anything below the folder was last changed, tests apart.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name() != "tests" && entry.file_name() != ".sqlx")
        .filter_map(|entry| {
            let path = entry.path();
            if path.is_dir() {
                return Some(newest(&path));
            }
            let built_in = path
                .extension()
                .is_some_and(|e| e == "rs" || e == "toml" || e == "sql");
            built_in.then(|| entry.metadata().ok()?.modified().ok())?
        })
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo says where it is; this is no setting of a service"
)]
fn build(folder: &Path) -> anyhow::Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--package", "all-in-one"])
        .current_dir(workspace());
    if folder.ends_with("release") {
        command.arg("--release");
    }
    let status = command.status().context("start cargo")?;
    anyhow::ensure!(status.success(), "`cargo build -p all-in-one` failed");
    Ok(())
}
