//! The program `unit-gateway`.
use std::process::ExitCode;

fn main() -> ExitCode {
    runtime::main::<unit_gateway::UnitGateway>()
}
