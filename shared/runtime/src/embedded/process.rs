//! One server process and its watchdog.
//!
//! The watchdog is a tiny shell whose standard input is a pipe that we hold open. When our process ends for
//! any reason, the kernel closes the pipe, the shell's `read` returns, and it ends the server. The obvious
//! alternative, `PR_SET_PDEATHSIG`, is cleared by setuid and fires when the *thread* that spawned ends.
//!
//! Plain `std::process` on purpose: a tokio child is bound to the runtime that spawned it, and tests start
//! the servers in one runtime and stop them in another.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use nix::{sys::signal, unistd::Pid};
pub use signal::Signal;

use super::EmbeddedError;

/// How often a process is looked at while we wait for it.
pub(super) const POLL: Duration = Duration::from_millis(20);

/// Lines of the log that a start failure shows.
const TAIL_LINES: usize = 20;

/// Bytes of the log that are read to find those lines.
const TAIL_BYTES: u64 = 16 * 1024;

/// Waits for our end, asks the server to end, and after five seconds no longer asks.
const WATCHDOG_SCRIPT: &str = r#"read -r _
kill -s "$2" "$1" 2>/dev/null
n=0
while [ "$n" -lt 50 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
kill -s KILL "$1" 2>/dev/null"#;

/// A running server that ends with us.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    watchdog: Child,
}

impl Server {
    /// Starts `command` in a process group of its own (so that Ctrl-C in the terminal reaches only us and we
    /// stop things in order), with its output appended to `log`, and a watchdog beside it.
    ///
    /// # Errors
    /// When the program, the log or the watchdog cannot be started.
    pub fn spawn(
        name: &'static str,
        mut command: Command,
        log: &Path,
        on_our_death: Signal,
    ) -> Result<Self, EmbeddedError> {
        let open = || File::options().create(true).append(true).open(log);
        let program = PathBuf::from(command.get_program());
        let out = open().map_err(EmbeddedError::io("open log", log))?;
        let err = open().map_err(EmbeddedError::io("open log", log))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .process_group(0)
            .spawn()
            .map_err(EmbeddedError::io("start", program))?;
        let signal_name = on_our_death.as_str().trim_start_matches("SIG");
        match watchdog(WATCHDOG_SCRIPT, &[&child.id().to_string(), signal_name]) {
            Ok(watchdog) => Ok(Self {
                name,
                child,
                watchdog,
            }),
            Err(error) => {
                // A server without a watchdog could outlive us: better none at all.
                reap(&mut child);
                Err(error)
            }
        }
    }

    /// The server's process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How the server ended, or `None` while it runs.
    pub fn ended(&mut self) -> Option<String> {
        match self.child.try_wait() {
            Ok(status) => status.map(|status| status.to_string()),
            Err(error) => Some(format!("its state is unknown: {error}")),
        }
    }

    /// Sends each signal in turn and waits as long as it says; the last resort is SIGKILL.
    ///
    /// # Errors
    /// When the process survives even that.
    pub async fn stop(mut self, steps: &[(Signal, Duration)]) -> Result<(), EmbeddedError> {
        let last_resort = (Signal::SIGKILL, Duration::from_secs(10));
        for (signal, patience) in steps.iter().copied().chain([last_resort]) {
            send(self.pid(), signal);
            if self.wait(patience).await {
                reap(&mut self.watchdog);
                return Ok(());
            }
            tracing::warn!(server = self.name, pid = self.pid(), %signal, "did not end in time");
        }
        Err(EmbeddedError::Stop {
            server: self.name,
            pid: self.pid(),
        })
    }

    async fn wait(&mut self, patience: Duration) -> bool {
        let ended = async {
            let mut tick = tokio::time::interval(POLL);
            while self.ended().is_none() {
                tick.tick().await;
            }
        };
        tokio::time::timeout(patience, ended).await.is_ok()
    }
}

/// A shell that runs `script` with `args`; it reads from a pipe that closes when we end or drop the child.
pub(super) fn watchdog(script: &str, args: &[&str]) -> Result<Child, EmbeddedError> {
    Command::new("/bin/sh")
        .args(["-c", script, "hotline-watchdog"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .current_dir("/")
        .spawn()
        .map_err(EmbeddedError::io("start", "/bin/sh"))
}

/// Kills a child of ours and takes its exit status, so that no zombie stays.
pub(super) fn reap(child: &mut Child) {
    // Both fail only when the child is gone already, which is what we want.
    let _ = child.kill();
    let _ = child.wait();
}

/// Ends a server that an earlier, killed run left behind. Does nothing unless process `pid` runs with
/// `marker` in its command line: process ids are used again.
pub(super) async fn stop_leftover(
    server: &'static str,
    pid: u32,
    marker: &Path,
) -> Result<(), EmbeddedError> {
    if !runs_with(pid, marker) {
        return Ok(());
    }
    tracing::warn!(server, pid, "stopping what an earlier run left behind");
    for (signal, patience) in [
        (Signal::SIGQUIT, Duration::from_secs(10)),
        (Signal::SIGKILL, Duration::from_secs(10)),
    ] {
        send(pid, signal);
        let gone = async {
            let mut tick = tokio::time::interval(POLL);
            while runs_with(pid, marker) {
                tick.tick().await;
            }
        };
        if tokio::time::timeout(patience, gone).await.is_ok() {
            return Ok(());
        }
    }
    Err(EmbeddedError::Stop { server, pid })
}

/// Does process `pid` exist with `marker` in its command line? A zombie has an empty one.
fn runs_with(pid: u32, marker: &Path) -> bool {
    let Ok(command_line) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
        return false;
    };
    let marker = marker.as_os_str().as_encoded_bytes();
    !marker.is_empty() && command_line.windows(marker.len()).any(|window| window == marker)
}

fn send(pid: u32, signal: Signal) {
    let Ok(pid) = i32::try_from(pid) else { return };
    // Fails only when the process is gone, which the caller sees by waiting.
    let _ = signal::kill(Pid::from_raw(pid), signal);
}

/// The current length of a log, to read later only what was added.
pub(super) fn log_length(log: &Path) -> u64 {
    std::fs::metadata(log).map_or(0, |metadata| metadata.len())
}

/// The last lines that were written to `log` after byte `from`.
pub(super) fn log_tail(log: &Path, from: u64) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(log)?;
        let start = file.metadata()?.len().saturating_sub(TAIL_BYTES).max(from);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
