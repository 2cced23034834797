//! How an injected failure looks from outside.

use crate::named::named;

named! {
    /// How an injected failure looks from outside.
    #[derive(serde::Deserialize, Default)]
    pub enum Failure {
        /// An error comes back; nothing was applied.
        #[default]
        Error = "error",
        /// The request is lost on its way, and the caller times out.
        LostRequest = "lost-request",
        /// The call is applied but the reply is lost, and the caller times out.
        LostReply = "lost-reply",
        /// The call is carried out, and its caller hangs: it never continues, and keeps everything
        /// that it holds (a transaction, its rows and its connection; locks; its place in the app
        /// server) until its process crashes.
        Hang = "hang",
    }
}

impl Failure {
    /// The text of its entry in a menu.
    pub const fn menu(self) -> &'static str {
        match self {
            Failure::Error => "an error comes back",
            Failure::LostRequest => "the request is lost",
            Failure::LostReply => "the reply is lost",
            Failure::Hang => "its caller hangs",
        }
    }

    /// How the affected call fails, for the log.
    pub const fn outcome(self) -> &'static str {
        match self {
            Failure::Error => "with an error",
            Failure::LostRequest => "its request lost",
            Failure::LostReply => "applied, its reply lost",
            Failure::Hang => "carried out, its caller hanging for ever",
        }
    }
}
