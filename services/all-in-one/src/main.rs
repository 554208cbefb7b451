//! The binary `hotline`: the platform on one machine, and the tools around it.
fn main() -> std::process::ExitCode {
    all_in_one::cli::main()
}
