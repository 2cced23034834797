#[cfg(target_arch = "wasm32")]
mod page {
    use yew::prelude::*;

    #[component]
    pub fn Page() -> Html {
        html! { <main><h1>{ "Stalemate" }</h1><p>{ "A playground for caching strategies." }</p></main> }
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        let root = gloo_root();
        yew::Renderer::<page::Page>::with_root(root).render();
    }
}

#[cfg(target_arch = "wasm32")]
fn gloo_root() -> web_sys::Element {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id("stalemate"))
        .expect("index.html has an element with the id stalemate")
}
