//! The same questions for another engine; see [`measure`].
mod measure;

fn main() {
    measure::run();
}
