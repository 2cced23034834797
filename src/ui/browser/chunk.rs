//! Parts of the page whose code is loaded on demand. The build splits the module at the functions
//! that [`chunks!`] makes (`.ci/chunks`); code that only they reach is in their chunks. Without the
//! feature `chunks`, everything is in one module and available at once.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use yew::platform::spawn_local;
use yew::prelude::*;

/// A chunk could not be loaded; the console has the details.
#[cfg(feature = "chunks")]
pub type NotLoaded = wasm_split_helpers::SplitLoaderError;
#[cfg(not(feature = "chunks"))]
pub type NotLoaded = std::convert::Infallible;

pub type Loading<V> = Pin<Box<dyn Future<Output = Result<V, NotLoaded>>>>;

/// `chunks! { Key => View: Key::A => a a::view, in chunk; … }` makes a function `load`, which
/// returns the view of a key, after loading the chunk that has its code.
macro_rules! chunks {
    ($Key:ty => $View:ty: $($key:path => $name:ident $view:path, in $chunk:ident;)*) => {
        $(
            #[cfg_attr(feature = "chunks", wasm_split_helpers::wasm_split($chunk, fallible))]
            #[allow(clippy::unnecessary_wraps, improper_ctypes, improper_ctypes_definitions)]
            fn $name() -> Result<$View, $crate::ui::browser::chunk::NotLoaded> {
                Ok($view)
            }
        )*

        fn load(key: $Key) -> $crate::ui::browser::chunk::Loading<$View> {
            match key {
                $($key => Box::pin(async {
                    let loaded = $name();
                    #[cfg(feature = "chunks")]
                    let loaded = loaded.await;
                    loaded
                }),)*
            }
        }
    };
}
pub(in crate::ui) use chunks;

/// What is loaded so far, in order, and what could not be loaded.
#[derive(Clone)]
pub struct Loaded<K, V> {
    come: Vec<(K, V)>,
    failed: Option<K>,
    /// How often a person has asked to try again.
    attempts: u32,
}

pub enum Step<K, V> {
    Came(K, V),
    Failed(K),
    /// The person was told of the failure.
    Told,
    TryAgain,
}

impl<K: Copy + PartialEq, V: Copy> Loaded<K, V> {
    pub fn get(&self, key: K) -> Option<V> {
        self.come.iter().find(|(each, _)| *each == key).map(|(_, value)| *value)
    }

    pub fn all(&self) -> &[(K, V)] {
        &self.come
    }

    pub fn has_failed(&self, key: K) -> bool {
        self.failed == Some(key)
    }
}

impl<K: Copy + PartialEq, V: Copy> Reducible for Loaded<K, V> {
    type Action = Step<K, V>;

    fn reduce(self: Rc<Self>, step: Step<K, V>) -> Rc<Self> {
        let mut loaded = Loaded { come: self.come.clone(), failed: None, attempts: self.attempts };
        match step {
            Step::Came(key, value) if self.get(key).is_none() => loaded.come.push((key, value)),
            Step::Came(..) | Step::Told => {}
            Step::Failed(key) => loaded.failed = Some(key),
            Step::TryAgain => loaded.attempts += 1,
        }
        loaded.into()
    }
}

/// What was requested so far. What failed is fetched again on the next request.
#[hook]
pub fn use_chunks<K: Copy + PartialEq + 'static, V: Copy + 'static>(
    asked: Option<K>,
    load: fn(K) -> Loading<V>,
) -> UseReducerHandle<Loaded<K, V>> {
    let loaded = use_reducer(|| Loaded { come: Vec::new(), failed: None, attempts: 0 });
    {
        let loaded = loaded.clone();
        use_effect_with((asked, loaded.attempts), move |(asked, _)| {
            let Some(key) = asked.filter(|asked| loaded.get(*asked).is_none()) else { return };
            let loading = load(key);
            spawn_local(async move {
                loaded.dispatch(match loading.await {
                    Ok(value) => Step::Came(key, value),
                    Err(_) => Step::Failed(key),
                });
            });
        });
    }
    loaded
}

/// A placeholder while something loads.
pub fn awaited() -> Html {
    html! { <p class="awaited" role="status">{ "Loading …" }</p> }
}

/// The message that something could not be loaded.
pub fn not_loaded(what: &str) -> String {
    format!(
        "{what} could not be loaded. Try again when you are online; if that does not help, reload the page."
    )
}
