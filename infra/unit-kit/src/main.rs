//! `unit-kit`: see the crate's documentation and README.md.
use clap::Parser;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    rustls::crypto::ring::default_provider().install_default().ok();
    match unit_kit::cli::run(unit_kit::cli::Command::parse()).await {
        Ok(code) => code,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "a program for people")]
            {
                eprintln!("unit-kit: {error:#}");
            }
            ExitCode::from(2)
        }
    }
}
