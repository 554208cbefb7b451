//! One example value of everything that is frozen: called by `frozen.rs`. Every optional field is filled,
//! so that the snapshot shows it; ids and times are fixed, so that the text never varies.
pub mod callback;
pub mod directory_content;
pub mod example;
pub mod fixed;
pub mod intake;
pub mod routing;
pub mod supervision;
pub mod supervision_figures;
pub mod unit_document;
pub mod unit_gateway;
pub mod words;

pub use example::{Example, example};

/// Of both files, by name.
fn of_supervision() -> Vec<Example> {
    let mut all = supervision::examples();
    all.extend(supervision_figures::examples());
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// One example per event version, in the order of `contracts::event::all()`.
pub fn events() -> Vec<Example> {
    [
        callback::examples(),
        intake::examples(),
        routing::examples(),
        of_supervision(),
        unit_gateway::examples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
