//! Foreign clients: programs in Python with the libraries that a unit would use, run as processes of their own.
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use testkit::servers::workspace;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// How long a client may take for its next line, and to end.
const PATIENCE: Duration = Duration::from_secs(90);

/// A Python that has the clients' libraries; `None`, said aloud, on a machine without Python.
///
/// # Panics
/// When there is Python but not the libraries: then the tests were not started as they should be.
#[must_use]
pub fn interpreter() -> Option<PathBuf> {
    let python = workspace().join(".run/py/bin/python");
    if python.exists() {
        return Some(python);
    }
    let path = workspace_path();
    if !std::env::split_paths(&path).any(|folder| folder.join("python3").exists()) {
        say("SKIPPED: there is no python3 on this machine, so no foreign client was tried");
        return None;
    }
    panic!(
        "the libraries of the foreign clients are missing: run `make test`, which installs them into .run/py"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "where python3 would be, which is no setting of the platform"
)]
fn workspace_path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// A running client. It prints one JSON object per line; it is killed when dropped.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Client {
    /// Starts `tests/clients/<script>` with arguments; secrets go into its environment.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(python: &Path, script: &str, arguments: &[&str], secrets: &[(&str, &str)]) -> Self {
        let mut child = Command::new(python)
            .arg("-u")
            .arg(workspace().join("tests/clients").join(script))
            .args(arguments)
            .envs(secrets.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", python.display()));
        let input = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, input, lines }
    }

    /// Its next line, which must be the named event.
    ///
    /// # Panics
    /// When it ends, says something else, or says nothing for too long.
    pub async fn next(&mut self, event: &str) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line())
            .await
            .unwrap_or_else(|_| panic!("the client says nothing; expected {event}"))
            .expect("readable output")
            .unwrap_or_else(|| panic!("the client has ended; expected {event}"));
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert_eq!(said["event"], event, "{line}");
        said
    }

    /// Gives it a line.
    ///
    /// # Panics
    /// When it does not take it.
    pub async fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("a pipe");
        input
            .write_all(format!("{line}\n").as_bytes())
            .await
            .expect("the client reads");
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn end(mut self) -> ExitStatus {
        drop(self.input.take());
        tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("the client does not end")
            .expect("the client was started by us")
    }
}
