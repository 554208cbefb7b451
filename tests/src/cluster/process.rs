//! One service as a process of its own: started, killed, started again on the same ports.
use super::wait::until;
use anyhow::Context;
use runtime::embedded::port::free_port;
use runtime::embedded::process::{Server, Signal};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A service in a process, or the ports of one that was killed.
pub struct ServiceProcess {
    service: &'static str,
    binary: PathBuf,
    environment: Vec<(String, String)>,
    http: u16,
    ops: u16,
    log: PathBuf,
    server: Option<Server>,
}

const READY_DEADLINE: Duration = Duration::from_secs(60);
/// A drain, and then the last resort.
const STOP_STEPS: [(Signal, Duration); 1] = [(Signal::SIGTERM, Duration::from_secs(30))];

impl ServiceProcess {
    /// Chooses ports and starts; does not wait.
    pub(super) fn start(
        binary: &Path,
        service: &'static str,
        settings: Vec<(String, String)>,
        log: PathBuf,
    ) -> anyhow::Result<Self> {
        let (http, ops) = (free_port()?, free_port()?);
        let addresses = [("http.listen", http), ("ops.listen", ops)];
        let addresses = addresses.map(|(key, port)| (key.to_owned(), format!("127.0.0.1:{port}")));
        let environment = settings
            .into_iter()
            .chain(addresses)
            .map(|(key, value)| (variable(service, &key), value));
        let mut process = Self {
            service,
            binary: binary.to_owned(),
            environment: environment.collect(),
            http,
            ops,
            log,
            server: None,
        };
        process.restart()?;
        Ok(process)
    }

    /// Starts again with the same settings and ports; does not wait.
    pub(super) fn restart(&mut self) -> anyhow::Result<()> {
        anyhow::ensure!(self.server.is_none(), "{} runs already", self.service);
        let mut command = self.program();
        command.arg("serve");
        self.server = Some(Server::spawn(self.service, command, &self.log, Signal::SIGTERM)?);
        Ok(())
    }

    /// Waits until it says it is ready; answers how long that took.
    pub(super) async fn ready(&self, http: &reqwest::Client) -> anyhow::Result<()> {
        let (url, began) = (format!("http://127.0.0.1:{}/readyz", self.ops), Instant::now());
        let what = format!("{} is ready (log: {})", self.service, self.log.display());
        let asking = until(&what, READY_DEADLINE, || async {
            if let Some(end) = self.dead() {
                anyhow::bail!("it ended: {end}");
            }
            Ok(http.get(&url).send().await?.status().is_success().then_some(()))
        });
        asking.await.with_context(|| self.last_words())?;
        tracing::debug!(
            service = self.service,
            took_ms = began.elapsed().as_millis(),
            "ready"
        );
        Ok(())
    }

    /// SIGKILL, as a crash would.
    pub(super) async fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(server) = self.server.take() {
            server.stop(&[]).await?;
        }
        Ok(())
    }

    /// SIGTERM: drains, gives its leases back, ends.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(server) = self.server.take() {
            server.stop(&STOP_STEPS).await?;
        }
        Ok(())
    }

    pub(super) async fn command(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = self.program();
        command.args(arguments);
        printed(command)
            .await
            .with_context(|| format!("{} {arguments:?}", self.service))
    }

    /// Where it listens.
    #[must_use]
    pub fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.http)
    }

    /// Where `/metrics` is.
    #[must_use]
    pub fn ops(&self) -> String {
        format!("http://127.0.0.1:{}", self.ops)
    }

    /// Its process id while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(Server::pid)
    }

    /// Its log, over all its lives.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    fn program(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(["service", self.service])
            .envs(self.environment.iter().map(|(key, value)| (key, value)));
        command
    }

    /// A zombie, or nobody at all.
    fn dead(&self) -> Option<String> {
        let Some(pid) = self.pid() else {
            return Some("it was killed".to_owned());
        };
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = status
            .rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().next());
        (state.is_none_or(|state| state == "Z")).then(|| self.last_words())
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }
}

/// `unit-gateway`, `bus.attempts_max` → `UNIT_GATEWAY__BUS__ATTEMPTS_MAX`.
fn variable(service: &str, key: &str) -> String {
    format!("{}__{}", service.replace('-', "_"), key.replace('.', "__")).to_uppercase()
}

/// Runs a program to its end; answers what it printed.
pub(super) async fn printed(command: Command) -> anyhow::Result<String> {
    let output = tokio::process::Command::from(command).output().await?;
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    anyhow::ensure!(output.status.success(), "{printed}");
    Ok(printed)
}
