#[cfg(target_arch = "wasm32")]
fn main() {
    stalemate::ui::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
