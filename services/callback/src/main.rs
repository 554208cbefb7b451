//! Binary of callback: everything is in `app`.
fn main() -> std::process::ExitCode {
    runtime::main::<callback::app::Callback>()
}
