//! Binary of routing: everything is in `app`.
fn main() -> std::process::ExitCode {
    runtime::main::<routing::Routing>()
}
