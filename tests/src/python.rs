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

/// Node, when it is on this machine and `make test` has installed the clients' libraries; `None`, said aloud, without.
#[must_use]
pub fn node() -> Option<PathBuf> {
    if workspace().join(".run/node/installed").exists() {
        return Some(PathBuf::from("node"));
    }
    say("SKIPPED: there is no node on this machine, so no client in JavaScript was tried");
    None
}

/// A script where node finds the libraries: beside them.
///
/// # Panics
/// When it cannot be copied.
#[must_use]
pub fn beside_libraries(script: &str) -> PathBuf {
    let name = format!("test-{}.mjs", uuid::Uuid::new_v4().simple());
    let place = workspace().join(".run/node").join(name);
    std::fs::copy(workspace().join(script), &place).unwrap_or_else(|error| panic!("{script}: {error}"));
    place
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
        let place = workspace().join("tests/clients").join(script);
        Self::run(Command::new(python).arg("-u").arg(place).args(arguments), secrets)
    }

    /// Starts any program; secrets go into its environment.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn run(command: &mut Command, secrets: &[(&str, &str)]) -> Self {
        let mut child = command
            .envs(secrets.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
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

    /// Its next line, whatever it is.
    ///
    /// # Panics
    /// When it ends, or says nothing for too long.
    pub async fn line(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.expect("the client says nothing").expect("readable output");
        line.expect("the client has ended")
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
