//! Binary of supervision: everything is in `app`.
fn main() -> std::process::ExitCode {
    runtime::main::<supervision::app::Supervision>()
}
