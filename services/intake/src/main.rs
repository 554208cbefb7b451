//! The executable `intake`.
use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main::<intake::app::Intake>()
}
