//! What the linker is told beyond what Cargo says.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_page = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32");
    if is_page && env::var_os("CARGO_FEATURE_CHUNKS").is_some() {
        // The page's module is taken apart by who refers to whom, which relocations say.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
