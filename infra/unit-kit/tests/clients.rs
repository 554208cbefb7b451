//! Published clients as processes.
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_secs(60);

pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// A language, and where its libraries are; `None`, said aloud, where the machine has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Python,
    Node,
}

impl Language {
    fn interpreter(self) -> Option<PathBuf> {
        let (installed, program) = match self {
            Self::Python => (".run/py/installed", workspace().join(".run/py/bin/python")),
            Self::Node => (".run/node/installed", PathBuf::from("node")),
        };
        if workspace().join(installed).exists() {
            return Some(program);
        }
        eprintln!(
            "SKIPPED: the libraries of {self:?} are not installed; `make test` does it where there is {self:?}"
        );
        None
    }

    /// Where a script must lie to find its libraries.
    fn folder(self) -> PathBuf {
        match self {
            Self::Python => std::env::temp_dir(),
            Self::Node => workspace().join(".run/node"),
        }
    }
}

/// A client that runs; it is killed when dropped.
pub struct Client {
    _child: Child,
    _drain: JoinSet<()>,
    script: PathBuf,
    /// What it said when it was ready.
    pub ready: String,
}

impl Drop for Client {
    fn drop(&mut self) {
        std::fs::remove_file(&self.script).ok();
    }
}

/// Starts a published client, with `wrong` in place of `right` when given.
pub async fn start(
    language: Language,
    name: &str,
    change: Option<(&str, &str)>,
    settings: &[(&str, &str)],
) -> Option<Client> {
    let interpreter = language.interpreter()?;
    let place = workspace().join("infra/unit-kit/clients").join(name);
    let mut text = std::fs::read_to_string(&place).unwrap();
    assert!(text.lines().count() < 60, "{name} is too long to be read at once");
    if let Some((right, wrong)) = change {
        assert_eq!(text.matches(right).count(), 1, "{name} has not once: {right}");
        text = text.replace(right, wrong);
    }
    let extension = place.extension().unwrap().to_str().unwrap();
    let script = language
        .folder()
        .join(format!("unit-{}.{extension}", uuid::Uuid::new_v4().simple()));
    std::fs::write(&script, text).unwrap();
    let mut child = Command::new(interpreter)
        .arg(&script)
        .envs(settings.iter().copied())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = tokio::time::timeout(PATIENCE, lines.next_line())
        .await
        .unwrap()
        .unwrap();
    let ready = ready.unwrap_or_else(|| panic!("{name} ended before it was ready"));
    // What it says later must not fill the pipe.
    let mut drain = JoinSet::new();
    drain.spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some(Client {
        _child: child,
        _drain: drain,
        script,
        ready,
    })
}

/// The checks must find exactly this.
pub fn expect_wrong(verdicts: &[(&str, unit_kit::checks::Verdict)], wrong: &[&str]) {
    let found: Vec<&str> = verdicts
        .iter()
        .filter(|(_, verdict)| matches!(verdict, unit_kit::checks::Verdict::Wrong(_)))
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(found, wrong, "{verdicts:#?}");
}
