//! The page in a browser, the command line in a terminal.

#[cfg(target_arch = "wasm32")]
fn main() {
    stalemate::ui::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    stalemate::cli::main()
}
