//! The sample city's data pack, as a directory editor would send it.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use testkit::servers::workspace;

/// Folder of the sample city.
#[must_use]
pub fn sample() -> PathBuf {
    named("sample")
}

/// Folder of a city.
#[must_use]
pub fn named(name: &str) -> PathBuf {
    workspace().join("infra/cities").join(name)
}

/// Every file of a pack, by its path inside it.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn files(pack: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(pack, pack, &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path
            .extension()
            .is_some_and(|kind| kind == "csv" || kind == "json" || kind == "geojson")
        {
            let name = path
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            found.insert(name, fs::read_to_string(&path).expect("a readable file"));
        }
    }
}
