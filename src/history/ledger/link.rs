//! The links of cause chains, from what the accounts remember.

use crate::event::{Cause, Happening};
use crate::history::key::{EntryNow, KeyLedger, RowRead, Version};
use crate::history::order::{MADE_UP, Made, NOTHING};
use crate::history::state::Back;
use crate::identity::OpId;
use crate::strategy::value::{Datum, Origin};
use crate::vocabulary::CacheId;

pub(super) fn saw(account: &KeyLedger, load: RowRead) -> Cause {
    let RowRead { by, mut origin, at_us, replica } = load;
    if origin == Origin::INITIAL && account.initial.is_none() {
        // there was no row
        origin = NOTHING;
    }
    Happening::Saw { by, write: origin, replica }.at(at_us)
}

pub(super) fn cached(cache: CacheId, entry: &EntryNow) -> Cause {
    let write = if entry.made_up { MADE_UP } else { entry.value.origin };
    let by = entry.by;
    match (by, entry.set_us) {
        _ if entry.back == Back::Snapshot => Happening::Restored { write }.at(entry.set_us),
        _ if entry.back == Back::Asked => Happening::AskedAgain { cache, write }.at(entry.set_us),
        (OpId::NOBODY, 0) => Happening::Present.at(0),
        _ => Happening::Cached { by, cache, write }.at(entry.set_us),
    }
}

pub(super) fn committed(version: &Version) -> Cause {
    let (write, number) = (version.origin, version.version);
    let what = match version.outside {
        _ if write == Origin::INITIAL => Happening::Acknowledged { write },
        true => Happening::CommittedOutside { write, version: number },
        false => Happening::Committed { write, version: number },
    };
    what.at(version.committed_us)
}

/// What a read has returned, for people: after a deletion there is nothing to return.
pub(super) fn told(value: Datum, made: &Made) -> Origin {
    match made.origin {
        MADE_UP => MADE_UP,
        origin if value.lineage.is_computed() => origin,
        _ if value.is_none() => NOTHING,
        _ => value.origin,
    }
}
