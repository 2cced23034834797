//! Links between processes, and which of them are cut.

use crate::identity::ProcessId;
use crate::vocabulary::LinkName;

/// The number of links.
const LINKS: usize = LinkName::ALL.len();

/// The cut links, per app server.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Network {
    /// One bit for each app server; links without one use the first bit.
    cut: [u64; LINKS],
    /// One bit for each link of which any part is cut.
    any: u16,
}

impl Network {
    /// Cuts a link: for one app server, or for all.
    pub fn cut(&mut self, link: LinkName, app: Option<u16>) {
        self.cut[link as usize] |= bits(app);
        self.note(link);
    }

    /// Heals a link.
    pub fn heal(&mut self, link: LinkName, app: Option<u16>) {
        self.cut[link as usize] &= !bits(app);
        self.note(link);
    }

    fn note(&mut self, link: LinkName) {
        let bit = 1 << link as u16;
        if self.cut[link as usize] == 0 {
            self.any &= !bit;
        } else {
            self.any |= bit;
        }
    }

    /// Whether no message passes between these two now.
    pub fn is_cut(&self, from: ProcessId, to: ProcessId) -> bool {
        link_between(from, to).is_some_and(|link| {
            let app = match (from, to) {
                (ProcessId::App(app), _) | (_, ProcessId::App(app)) => app,
                _ => 0,
            };
            self.cut[link as usize] & (1 << app) != 0
        })
    }

    /// Whether any part of a link is cut.
    pub fn is_cut_anywhere(&self, link: LinkName) -> bool {
        self.cut[link as usize] != 0
    }

    /// Whether no link is cut.
    pub fn is_whole(&self) -> bool {
        self.any == 0
    }
}

fn bits(app: Option<u16>) -> u64 {
    app.map_or(u64::MAX, |app| 1 << app)
}

/// The link that joins two processes; `None` inside one process.
pub fn link_between(from: ProcessId, to: ProcessId) -> Option<LinkName> {
    LinkName::between(from.role(), to.role())
}

crate::digest::plain!(Network);
