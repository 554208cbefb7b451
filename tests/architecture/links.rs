//! What a README points at exists: links, and paths in backticks.
use crate::source::root;
use std::fs;
use std::path::{Path, PathBuf};

/// A path in backticks that ends so names a file.
const FILES: [&str; 11] = [
    "rs", "md", "toml", "sql", "sh", "yaml", "conf", "csv", "json", "geojson", "py",
];
/// A path in backticks that begins so counts from the root.
const TOP: [&str; 6] = ["services", "shared", "tests", "infra", "k8s", ".ci"];

#[test]
fn every_path_in_a_readme_exists() {
    let (mut files, mut readmes) = (Vec::new(), Vec::new());
    walk(&root(), &mut files);
    readmes.extend(files.iter().filter(|file| file.ends_with("README.md")));
    assert!(readmes.len() > 10, "{readmes:?}");
    let mut broken = Vec::new();
    for readme in readmes {
        let text = fs::read_to_string(root().join(readme)).expect("a README");
        let folder = readme.parent().expect("a folder");
        for link in links(&text) {
            if !root().join(folder).join(link).exists() {
                broken.push(format!("{}: link to {link}", readme.display()));
            }
        }
        for path in paths(&text) {
            let here = root().join(folder).join(path).exists();
            // `usecases/x.rs` beside the name of a service: somewhere below it.
            let somewhere = || files.iter().any(|file| file.ends_with(path));
            if !here && !root().join(path).exists() && !somewhere() {
                broken.push(format!("{}: `{path}`", readme.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_path_that_leads_nowhere_is_seen() {
    let text = "See [x](../gone.md), [web](https://example.org), [here](#part), `jobs/gone.rs`, `/v1/x.json`, `a/{b}.rs`.";
    assert_eq!(links(text).collect::<Vec<_>>(), ["../gone.md"]);
    assert_eq!(paths(text).collect::<Vec<_>>(), ["jobs/gone.rs"]);
}

/// Targets of Markdown links inside the tree, without their anchor.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        (!target.is_empty() && !target.contains("://")).then_some(target)
    })
}

/// What stands in backticks and is meant as a path of this tree: no pattern, no address, nothing that is built.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(move |word| word.contains('/') && !word.starts_with('/') && word.chars().all(plain))
        .filter(|word| {
            let top = word.split('/').next().unwrap_or_default();
            let ending = word.rsplit('.').next().unwrap_or_default();
            top != "target" && (TOP.contains(&top) || FILES.contains(&ending))
        })
}

/// Every file and folder that people see, relative to the root.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if name == "target" || (name.to_string_lossy().starts_with('.') && name != ".ci") {
            continue;
        }
        found.push(path.strip_prefix(root()).expect("below the root").to_owned());
        if path.is_dir() {
            walk(&path, found);
        }
    }
}
