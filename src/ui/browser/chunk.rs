//! Parts of the page whose code comes when it is asked for. The build takes the module apart at
//! the functions that [`chunks!`] makes (`.ci/chunks`); what only they lead to is in their chunks.
//! Without the feature `chunks`, all is in one piece, and there at once.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use yew::platform::spawn_local;
use yew::prelude::*;

/// Why a chunk is not there: the console has the details.
#[cfg(feature = "chunks")]
pub type NotLoaded = wasm_split_helpers::SplitLoaderError;
#[cfg(not(feature = "chunks"))]
pub type NotLoaded = std::convert::Infallible;

pub type Loading<V> = Pin<Box<dyn Future<Output = Result<V, NotLoaded>>>>;

/// `chunks! { Key => View: Key::A => a a::view, in chunk; … }` makes a function `load`, which brings
/// what a key stands for, with the chunk that has all of its code.
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

/// What has come so far, in that order, and what could not be loaded.
#[derive(Clone)]
pub struct Loaded<K, V> {
    come: Vec<(K, V)>,
    failed: Option<K>,
    /// How often a person had it tried again.
    attempts: u32,
}

pub enum Step<K, V> {
    Came(K, V),
    Failed(K),
    /// A person knows what has failed.
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

/// What was asked for so far. What did not come is fetched again when it is asked for again.
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

/// Stands for what is on its way.
pub fn awaited() -> Html {
    html! { <p class="awaited" role="status">{ "Loading …" }</p> }
}

/// What is said of what did not come.
pub fn not_loaded(what: &str) -> String {
    format!(
        "{what} could not be loaded. Try again when you are online; if that does not help, reload the page."
    )
}
