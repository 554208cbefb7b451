//! Reads the tree: every tracked Rust file with its place in it.
use std::fs;
use std::path::{Path, PathBuf};

/// The five services.
pub const SERVICES: [&str; 5] = ["intake", "routing", "unit-gateway", "callback", "supervision"];

/// The shared crates, in import order.
pub const SHARED: [&str; 9] = [
    "contracts",
    "worktime",
    "signing",
    "telemetry",
    "db",
    "bus",
    "web",
    "runtime",
    "testkit",
];

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the workspace")
        .to_owned()
}

/// A Rust file, its path relative to the workspace.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// Lines without comments: what the compiler sees.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(n, line)| (n + 1, line))
    }
}

/// Every Rust file below a folder of the workspace.
pub fn below(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        if path.extension().is_some_and(|e| e == "rs") {
            let relative = path
                .strip_prefix(root())
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            found.push(Source {
                path: relative,
                text: fs::read_to_string(path).expect("a readable file"),
            });
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Every Rust file of the workspace.
pub fn all() -> Vec<Source> {
    ["services", "shared", "tests"]
        .into_iter()
        .flat_map(below)
        .collect()
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "target" && !name.to_string_lossy().starts_with('.') {
                walk(&path, visit);
            }
        } else {
            visit(&path);
        }
    }
}
